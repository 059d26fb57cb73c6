//! What people should look at, and what they said about it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use sportello_domain::{
    ids::TurnId,
    learning::{Correction, Utterance},
};

use super::MemoryStore;
use crate::ports::store::{Findings, Journaled, Learning, StoreError, Stored};

/// Everything about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Lessons {
    /// Places in the journal.
    pub(super) unread: BTreeSet<u64>,
    pub(super) utterances: BTreeMap<TurnId, Utterance>,
    corrections: Vec<Correction>,
}

#[async_trait]
impl Learning for MemoryStore {
    async fn unread_turns(&self, limit: u32) -> Stored<Vec<Journaled>> {
        let state = self.state();
        let unread = state.lessons.unread.iter().filter_map(|place| {
            let (conversation, seq) = state.journal.get(place)?;
            let record = state.lanes.get(conversation)?.turns.get(seq)?.clone();
            Some(Journaled { place: *place, conversation: *conversation, record })
        });
        Ok(unread.take(limit as usize).collect())
    }

    async fn keep_findings(&self, findings: Findings) -> Stored<bool> {
        let lessons = &mut self.state().lessons;
        if findings.read.iter().any(|place| !lessons.unread.contains(place)) {
            return Ok(false);
        }
        lessons.unread.retain(|place| !findings.read.contains(place));
        lessons.utterances.extend(findings.utterances.into_iter().map(|utterance| (utterance.id, utterance)));
        for chosen in findings.choices {
            let mut newest = lessons.utterances.values_mut().rev();
            if let Some(utterance) = newest.find(|utterance| utterance.conversation == chosen.conversation)
                && utterance.at >= chosen.since
            {
                utterance.correct(chosen.intent);
            }
        }
        Ok(true)
    }

    async fn utterances(&self, limit: u32) -> Stored<Vec<Utterance>> {
        Ok(self.state().lessons.utterances.values().rev().take(limit as usize).cloned().collect())
    }

    async fn correct(&self, corrections: Vec<Correction>, utterances: Vec<TurnId>) -> Stored<()> {
        let lessons = &mut self.state().lessons;
        if let Some(gone) = utterances.iter().find(|id| !lessons.utterances.contains_key(id)) {
            return Err(StoreError::NotFound { what: "utterance", id: gone.to_string() });
        }
        lessons.utterances.retain(|id, _| !utterances.contains(id));
        lessons.corrections.extend(corrections);
        Ok(())
    }

    async fn corrections(&self) -> Stored<Vec<Correction>> {
        Ok(self.state().lessons.corrections.clone())
    }
}
