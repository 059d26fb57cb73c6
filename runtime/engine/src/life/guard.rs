//! Watching what is tried: where a canary does worse than what serves, where a candidate beside it fails on live calls, or where a
//! channel reads other events, the pointer moves back by itself, and says why (rule 17).

use serde::{Deserialize, Serialize};
use sportello_domain::{
    guard::{self, Settings, Stage, Tally, Unit, Verdict},
    replay::Shadowed,
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
    /// Whether enough is known, and nothing stands against it but that it answers otherwise: an operator decides.
    pub differs: bool,
    /// What was counted.
    pub stage: Stage,
    /// What came of its calls beside those of what serves.
    pub shadowed: Shadowed,
    /// In words, one a metric.
    pub figures: Vec<String>,
}

impl Registry {
    /// Takes back a candidate that does worse. Any node may find so: of two who do at once, one is refused.
    pub(super) async fn guard(&self, rollout: &Rollout) -> Result<(), EngineError> {
        let Some(candidate) = &rollout.candidate else { return Ok(()) };
        let revision = &candidate.revision;
        let Some(reason) = self.fault(&rollout.name, candidate).await? else { return Ok(()) };
        tracing::warn!(%revision, reason, "the guard takes a candidate back");
        let moved = rollout.take_back(revision, &reason)?;
        match self.take_back(moved, &reason, &By::new("guard", "")).await {
            Err(EngineError::Store(StoreError::Conflict(_))) => Ok(()),
            taken => taken.map(drop),
        }
    }

    /// Why a candidate has to go.
    async fn fault(&self, name: &str, candidate: &Candidate) -> Result<Option<String>, EngineError> {
        let Candidate { revision, mode, trial, stage, .. } = candidate;
        if let Some(fault) = self.store.shadowed(name, *trial).await?.fault() {
            return Ok(Some(fault));
        }
        let Mode::Canary(_) = mode else { return Ok(None) };
        let stage = self.store.trial(name, *trial, *stage).await?;
        match guard::judge(&stage, &self.strictness(revision).await?) {
            Verdict::Breach(breach) => Ok(Some(breach.to_string())),
            Verdict::Continue | Verdict::MayPromote => Ok(None),
        }
    }

    /// What the guard thinks of what is tried; none where nothing is.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn judged(&self, rollout: &Rollout) -> Result<Option<Judged>, EngineError> {
        let Some(Candidate { revision, mode, trial, stage, .. }) = &rollout.candidate else { return Ok(None) };
        let shadowed = self.store.shadowed(&rollout.name, *trial).await?;
        let (is_sure, stage, mut figures) = match mode {
            Mode::Shadow => {
                let nothing = Stage { number: *stage, candidate: Tally::default(), active: Tally::default() };
                (shadowed.is_enough(), nothing, vec![])
            }
            Mode::Canary(_) => {
                let settings = self.strictness(revision).await?;
                let stage = self.store.trial(&rollout.name, *trial, *stage).await?;
                let figures = guard::figures(&stage, &settings).iter().map(ToString::to_string).collect();
                (guard::judge(&stage, &settings) == Verdict::MayPromote, stage, figures)
            }
        };
        if shadowed != Shadowed::default() {
            figures.push(shadowed.to_string());
        }
        let (may_promote, differs) = (is_sure && shadowed.agrees(), is_sure && !shadowed.agrees());
        Ok(Some(Judged { may_promote, differs, stage, shadowed, figures }))
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
