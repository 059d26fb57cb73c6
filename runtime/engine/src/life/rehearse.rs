//! Running a revision on what was recorded of its name, without side effects (rule 19).

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};
use sportello_domain::replay::{Bar, Finding, Replayed, Summary};
use sportello_domain::revision::{RevisionId, RevisionState};

use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::RevisionRecord;
use crate::ports::{PluginError, Unfit};
use crate::replay::{Candidate, recorded, replay};

/// So many of the last calls each revision is run on before anybody decides about it.
const CALLS: usize = 200;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rehearsal {
    /// How many calls came to what.
    pub summary: Summary,
    /// The same in words.
    pub words: String,
    /// Demands that are not met, in words.
    pub unmet: Vec<String>,
    /// All but those that came to the same, those that failed first.
    pub calls: Vec<Replayed>,
}

impl Registry {
    /// Runs a revision on the last recorded calls of its name, and holds it against a bar.
    ///
    /// # Errors
    /// It does not fit; it is not there; those of the store.
    pub async fn rehearse(&self, id: &RevisionId, calls: usize, bar: &Bar) -> Result<Rehearsal, EngineError> {
        let record = self.record(id).await?;
        let replayed = self.replayed(&record, calls).await?;
        let summary = Summary::of(&replayed);
        let mut calls: Vec<Replayed> = replayed.into_iter().filter(|one| one.finding != Finding::Same).collect();
        calls.sort_by_key(|one| Reverse(matches!(one.finding, Finding::Failed(_))));
        let unmet = bar.judge(&summary).iter().map(ToString::to_string).collect();
        Ok(Rehearsal { words: summary.to_string(), summary, unmet, calls })
    }

    /// The step of the same name.
    pub(super) async fn replay_step(&self, record: &RevisionRecord) -> Result<(), EngineError> {
        let replayed = self.replayed(record, CALLS).await?;
        if let Some(other) = replayed.iter().find(|one| matches!(one.finding, Finding::OtherEvents(_))) {
            // Other ids, and what was taken once would be taken again (rule 17).
            return Err(Unfit::Revision(other.to_string()).into());
        }
        let why = match replayed.is_empty() {
            true => "nothing was recorded".to_owned(),
            false => Summary::of(&replayed).to_string(),
        };
        Ok(self.advance(record, RevisionState::Replayed, None, &By::new("server", why)).await?)
    }

    async fn replayed(&self, record: &RevisionRecord, calls: usize) -> Result<Vec<Replayed>, EngineError> {
        let _busy = self.busy.read().await;
        let memory_version = self.load(record).await?.told.memory_version;
        let revision = &record.revision;
        let recorded = recorded(self.store.as_ref(), revision, calls).await?;
        let candidate = Candidate { revision: &revision.id, settings: &revision.settings, memory_version };
        let replayed = replay(self.plugins.as_ref(), candidate, &recorded, |_| {}).await;
        replayed.map_err(|error: PluginError| EngineError::NotNow(format!("the replay could not be ended: {error}")))
    }
}
