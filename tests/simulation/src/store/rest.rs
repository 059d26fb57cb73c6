//! The rest of the store's port: streams, tokens, upkeep.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ConversationId, TokenId},
};
use sportello_engine::ports::store::{
    Due, Gauges, Held, Holding, LiveEvent, LiveLog, Mark, Publication, Published, Recording, Recordings, Recovery,
    Retention, Stored, TokenRecord, Tokens, Upkeep,
};

use super::Faulty;
use crate::plan::Op;

#[async_trait]
impl LiveLog for Faulty {
    async fn publish(&self, publication: Publication) -> Stored<Published> {
        self.through(Op::Other, None, self.store.publish(publication)).await
    }

    async fn live_after(&self, address: &str, after: u64, limit: u32) -> Stored<Vec<LiveEvent>> {
        self.through(Op::Other, None, self.store.live_after(address, after, limit)).await
    }
}

#[async_trait]
impl Tokens for Faulty {
    async fn create_token(&self, token: TokenRecord, secret_digest: [u8; 32]) -> Stored<()> {
        self.through(Op::Other, None, self.store.create_token(token, secret_digest)).await
    }

    async fn token(&self, secret_digest: [u8; 32]) -> Stored<Option<TokenRecord>> {
        self.through(Op::Other, None, self.store.token(secret_digest)).await
    }

    async fn tokens(&self) -> Stored<Vec<TokenRecord>> {
        self.through(Op::Other, None, self.store.tokens()).await
    }

    async fn revoke_token(&self, id: TokenId) -> Stored<()> {
        self.through(Op::Other, None, self.store.revoke_token(id)).await
    }
}

#[async_trait]
impl Upkeep for Faulty {
    async fn installation_key(&self, fresh: [u8; 32]) -> Stored<[u8; 32]> {
        self.through(Op::Start, None, self.store.installation_key(fresh)).await
    }

    async fn keep_time(&self, own: Option<Instant>, wall: Instant) -> Stored<Instant> {
        let work = async {
            // Nodes that share a store have its clock, which does not jump here.
            if self.world().plan.setup.nodes > 1 {
                return self.store.keep_time(own, self.world().now()).await;
            }
            let time = self.store.keep_time(own, wall).await?;
            self.world().time_told(time, own.is_none());
            Ok(time)
        };
        self.through(if own.is_none() { Op::Start } else { Op::Look }, None, work).await
    }

    async fn recover(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        self.through(Op::Start, None, self.store.recover(now, hold_until, unheld)).await
    }

    async fn take_over(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        self.through(Op::Look, None, self.store.take_over(now, hold_until, unheld)).await
    }

    async fn due(&self, now: Instant, limit: u32) -> Stored<Due> {
        self.through(Op::Look, None, self.store.due(now, limit)).await
    }

    async fn sweep(&self, now: Instant, retention: Retention) -> Stored<()> {
        self.through(Op::Other, None, self.store.sweep(now, retention)).await
    }

    /// Figures for operators: nothing hangs on them, so they take no step.
    async fn gauges(&self) -> Stored<Gauges> {
        Ok(Gauges::default())
    }
}

#[async_trait]
impl Holding for Faulty {
    async fn hold(&self) -> Stored<u64> {
        self.through(Op::Other, None, self.world().store.hold()).await
    }

    async fn held(&self, limit: u32) -> Stored<Held> {
        self.through(Op::Other, None, self.world().store.held(limit)).await
    }

    async fn let_go(
        &self,
        conversation: Option<ConversationId>,
        now: Instant,
        expires_at: Instant,
    ) -> Stored<Vec<ConversationId>> {
        self.through(Op::Desk, conversation, self.world().let_go(conversation, now, expires_at)).await
    }

    async fn discard_held(&self, conversation: Option<ConversationId>) -> Stored<u64> {
        self.through(Op::Desk, conversation, self.world().discard_held(conversation)).await
    }
}

/// A sample that nobody's message depends on: nothing goes wrong with it here, and no history is another one for it.
#[async_trait]
impl Recordings for Faulty {
    async fn keep_recordings(&self, recordings: Vec<(Recording, Vec<Mark>)>) -> Stored<()> {
        self.store.keep_recordings(recordings).await
    }

    async fn last_recordings(&self, channel: &str, limit: u32) -> Stored<Vec<Recording>> {
        self.store.last_recordings(channel, limit).await
    }
}
