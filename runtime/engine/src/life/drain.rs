//! What serves nobody new any more: its dialogues end, or move on after a limit.

use std::collections::BTreeSet;

use sportello_domain::revision::{RevisionId, RevisionState};

use super::{By, Registry};
use crate::ports::store::{RevisionRecord, StoreError, Stored};
use crate::sabotage::{Sabotage, is_broken};

impl Registry {
    /// Retires what nothing depends on any more, or for too long.
    pub(super) async fn drain(&self, record: &RevisionRecord) -> Stored<()> {
        let since = self.time().await?.saturating_sub(record.since);
        if record.state != RevisionState::Draining || since < self.terms.in_flight {
            return Ok(());
        }
        let uses = self.store.uses(&record.revision.id).await?;
        let why = match (uses.is_none(), uses.frozen + uses.errands) {
            (true, _) => "its last dialogue has ended".to_owned(),
            (false, 0) if since > self.terms.drain => {
                format!("{} dialogues move on to what serves, after the limit for draining", uses.dialogues)
            }
            _ => return Ok(()),
        };
        match self.advance(record, RevisionState::Retired, None, &By::new("server", why)).await {
            // Another node was quicker, or it serves again.
            Err(StoreError::Conflict(_)) => Ok(()),
            done => done,
        }
    }

    /// What came to where it is so lately that something may still be under way with it: what was taken back may have been handed
    /// in again since.
    pub(super) async fn young(&self, records: &[RevisionRecord]) -> Stored<BTreeSet<RevisionId>> {
        let now = self.time().await?;
        let young = |record: &&RevisionRecord| now.saturating_sub(record.since) < self.terms.in_flight;
        let young = records.iter().filter(young).filter(|_| !is_broken(Sabotage::InFlight));
        Ok(young.map(|record| record.revision.id.clone()).collect())
    }

    /// Whether this node has to have it ready, although it serves nobody new.
    pub(super) async fn is_kept(&self, record: &RevisionRecord, first: bool) -> Stored<bool> {
        let since = self.time().await?.saturating_sub(record.since);
        match record.state {
            RevisionState::Draining => Ok(true),
            RevisionState::RolledBack(_) | RevisionState::Retired => {
                if is_broken(Sabotage::InFlight) {
                    return Ok(false);
                }
                let is_ready = self.parts().contains_key(&record.revision.id);
                if is_ready && since < self.terms.in_flight {
                    return Ok(true);
                }
                // What has begun something that is not repeatable is over within minutes of a server that runs.
                let may_be_used = is_ready || (first && since < self.terms.drain);
                if !may_be_used {
                    return Ok(false);
                }
                let uses = self.store.uses(&record.revision.id).await?;
                Ok(uses.frozen + uses.errands > 0)
            }
            _ => Ok(false),
        }
    }
}
