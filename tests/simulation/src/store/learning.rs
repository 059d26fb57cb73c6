//! What people should look at: nothing that is simulated hangs on it, so it takes no step.

use async_trait::async_trait;
use sportello_domain::{
    ids::TurnId,
    learning::{Correction, Utterance},
};
use sportello_engine::ports::store::{Findings, Journaled, Learning, Stored};

use super::Faulty;

#[async_trait]
impl Learning for Faulty {
    async fn unread_turns(&self, limit: u32) -> Stored<Vec<Journaled>> {
        self.seat.alive().await;
        self.store.unread_turns(limit).await
    }

    async fn keep_findings(&self, findings: Findings) -> Stored<bool> {
        self.seat.alive().await;
        self.store.keep_findings(findings).await
    }

    async fn utterances(&self, limit: u32) -> Stored<Vec<Utterance>> {
        self.seat.alive().await;
        self.store.utterances(limit).await
    }

    async fn correct(&self, corrections: Vec<Correction>, utterances: Vec<TurnId>) -> Stored<()> {
        self.seat.alive().await;
        self.store.correct(corrections, utterances).await
    }

    async fn corrections(&self) -> Stored<Vec<Correction>> {
        self.seat.alive().await;
        self.store.corrections().await
    }
}
