//! Watching a canary: where it does worse than what serves, the pointer moves back by itself, and says why (rule 17).

use serde::{Deserialize, Serialize};
use sportello_domain::{
    guard::{self, Settings, Stage, Unit, Verdict},
    revision::{Candidate, Mode, PluginKind, RevisionId, Rollout},
};

use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::{RecordedCall, StoreError};
use crate::replay::{Recorded, recorded};

/// So many of the newest calls tell how long calls take.
const CALLS: usize = 2_000;

/// What the guard thinks of a candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Judged {
    /// Whether it may be promoted.
    pub may_promote: bool,
    /// What was counted.
    pub stage: Stage,
    /// In words, one a metric.
    pub figures: Vec<String>,
}

impl Registry {
    /// Takes back a candidate that does worse. Any node may find so: of two who do at once, one is refused.
    pub(super) async fn guard(&self, rollout: &Rollout) -> Result<(), EngineError> {
        let Some(Candidate { revision, mode: Mode::Canary(_), trial, stage, .. }) = &rollout.candidate else {
            return Ok(());
        };
        let stage = self.store.trial(&rollout.name, *trial, *stage).await?;
        let settings = self.strictness(revision).await?;
        let Verdict::Breach(breach) = guard::judge(&stage, &settings) else { return Ok(()) };
        tracing::warn!(%revision, %breach, "the guard takes a candidate back");
        let reason = breach.to_string();
        let moved = rollout.take_back(revision, &reason)?;
        match self.take_back(moved, &reason, &By::new("guard", "")).await {
            Err(EngineError::Store(StoreError::Conflict(_))) => Ok(()),
            taken => taken.map(drop),
        }
    }

    /// What the guard thinks of what is tried; none where nothing is, or nothing is counted.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn judged(&self, rollout: &Rollout) -> Result<Option<Judged>, EngineError> {
        let Some(Candidate { revision, mode: Mode::Canary(_), trial, stage, .. }) = &rollout.candidate else {
            return Ok(None);
        };
        let settings = self.strictness(revision).await?;
        let stage = self.store.trial(&rollout.name, *trial, *stage).await?;
        let may_promote = guard::judge(&stage, &settings) == Verdict::MayPromote;
        let figures = guard::figures(&stage, &settings).iter().map(ToString::to_string).collect();
        Ok(Some(Judged { may_promote, stage, figures }))
    }

    /// From when on a call counts as slow, by what the calls of the revision that serves took lately; microseconds.
    pub(super) async fn slow_above(&self, rollout: &Rollout) -> Result<u64, EngineError> {
        let Some(active) = &rollout.active else { return Ok(guard::slow_above(vec![])) };
        let took = |recorded| match recorded {
            Recorded::Handled { entry, .. } if entry.revision == *active => Some(entry.took),
            Recorded::Channel(recording)
                if recording.revision == *active && matches!(recording.call, RecordedCall::Sent { .. }) =>
            {
                Some(recording.took)
            }
            _ => None,
        };
        let recorded = recorded(self.store.as_ref(), &self.record(active).await?.revision, CALLS).await?;
        Ok(guard::slow_above(recorded.into_iter().filter_map(took).collect()))
    }

    async fn strictness(&self, revision: &RevisionId) -> Result<Settings, EngineError> {
        let unit = match self.record(revision).await?.revision.kind {
            PluginKind::Channel => Unit::Delivery,
            PluginKind::Skill | PluginKind::Nlu => Unit::Conversation,
        };
        Ok(Settings { unit, ..Settings::default() })
    }
}
