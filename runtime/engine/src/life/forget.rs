//! What is over and done with: revisions that nobody will come back to, and bytes that none is made of.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use sportello_domain::{
    Instant,
    revision::{RevisionState, Rollout},
};

use super::{By, Registry, Terms};
use crate::error::EngineError;
use crate::ports::store::{RevisionRecord, StoreError, Stored};

/// Bytes are handed in before a push names them; milliseconds.
const HANDED_IN: Instant = 24 * 60 * 60 * 1_000;

impl Registry {
    /// Forgets revisions that have been over for long, or after which many others were, with what only they were made of; what
    /// was done to them stays on record.
    pub(super) async fn forget(&self) -> Result<(), EngineError> {
        let now = self.time().await?;
        let (records, rollouts) = (self.store.revisions().await?, self.store.rollouts().await?);
        for record in expendable(&records, &rollouts, now, &self.terms) {
            self.forget_one(record).await?;
        }
        let artefacts = self.store.forget_artefacts(now.saturating_sub(HANDED_IN)).await?;
        if artefacts > 0 {
            tracing::info!(artefacts, "forgot what no revision is made of any more");
        }
        Ok(())
    }

    async fn forget_one(&self, record: &RevisionRecord) -> Stored<()> {
        let id = &record.revision.id;
        if self.parts().contains_key(id) || !self.store.uses(id).await?.is_none() {
            return Ok(());
        }
        let why = format!("{} for long enough", record.state.name());
        let audit = self.entry(record, "forgotten", &By::new("server", why));
        match self.store.forget_revision(id, &record.state, audit).await {
            // Another node was quicker, or somebody came back to it.
            Err(StoreError::Conflict(_) | StoreError::NotFound { .. }) => Ok(()),
            done => done,
        }
    }
}

/// Revisions that are over, that no rollout names, and that are too old or too many.
fn expendable<'a>(
    records: &'a [RevisionRecord],
    rollouts: &[Rollout],
    now: Instant,
    terms: &Terms,
) -> Vec<&'a RevisionRecord> {
    let is_named = |record: &RevisionRecord| rollouts.iter().any(|rollout| rollout.names(&record.revision.id));
    let mut over: Vec<&RevisionRecord> =
        records.iter().filter(|record| is_over(&record.state) && !is_named(record)).collect();
    over.sort_by_key(|record| Reverse(record.since));
    let mut newer: BTreeMap<&str, u64> = BTreeMap::new();
    over.retain(|record| {
        let newer = newer.entry(&record.revision.name).or_default();
        *newer += 1;
        *newer > terms.most || now.saturating_sub(record.since) > terms.keep
    });
    over
}

fn is_over(state: &RevisionState) -> bool {
    matches!(state, RevisionState::Retired | RevisionState::Rejected(_) | RevisionState::RolledBack(_))
}

#[cfg(test)]
mod tests {
    use sportello_domain::revision::{Grants, PluginKind, Revision};

    use super::*;
    use crate::ports::store::Told;

    const TERMS: Terms = Terms { in_flight: 1, drain: 1, keep: 100, most: 2 };

    fn record(name: &str, settings: &str, state: RevisionState, since: Instant) -> RevisionRecord {
        let (kind, grants) = (PluginKind::Skill, Grants::default());
        let revision = Revision::new(name, "p", kind, "d", "0.1.0", settings.to_owned(), grants);
        RevisionRecord { revision, state, told: Told::default(), pushed_at: 0, changed_at: 0, since }
    }

    fn forgotten(records: &[RevisionRecord], rollouts: &[Rollout], now: Instant) -> Vec<String> {
        let expendable = expendable(records, rollouts, now, &TERMS);
        expendable.into_iter().map(|record| record.revision.settings.clone()).collect()
    }

    #[test]
    fn what_is_over_goes_by_age_and_by_number_of_each_name() {
        let rejected = || RevisionState::Rejected("why".to_owned());
        let records = [
            record("faq", "a", RevisionState::Retired, 10),
            record("faq", "b", rejected(), 20),
            record("faq", "c", RevisionState::RolledBack("why".to_owned()), 30),
            record("nlu", "d", RevisionState::Retired, 5),
        ];
        assert_eq!(forgotten(&records, &[], 50), ["a"], "two of each name stay");
        assert_eq!(forgotten(&records, &[], 110), ["a", "d"], "104 is too old, 100 is not");
        assert_eq!(forgotten(&records, &[], 10_000), ["c", "b", "a", "d"]);
    }

    #[test]
    fn what_lives_or_is_named_stays_however_old() {
        let draining = record("faq", "a", RevisionState::Draining, 0);
        let waiting = record("faq", "b", RevisionState::Linked, 0);
        let previous = record("faq", "c", RevisionState::Retired, 0);
        let configured = record("faq", "d", RevisionState::RolledBack("why".to_owned()), 0);
        let rollout = Rollout {
            previous: Some(previous.revision.id.clone()),
            configured: Some(configured.revision.id.clone()),
            ..Rollout::new("faq")
        };
        assert_eq!(forgotten(&[draining, waiting, previous, configured], &[rollout], 10_000), [""; 0]);
    }
}
