//! Running a candidate on what was recorded, without side effects (rule 19).
//!
//! A replay sees plugins and nothing else of the world: no carrier, no store to write to. Requests of the candidate are
//! answered by what was recorded for the same request, the vault's answers are those of then; a question that was not asked then
//! makes the call `not comparable`, and is never asked of the world.

mod analysis;
mod answers;
mod channel;
mod skill;
mod source;

use sportello_domain::contract::Json;
use sportello_domain::replay::Replayed;
use sportello_domain::revision::{Revision, RevisionId};

use crate::ports::store::{Store, Stored};
use crate::ports::{PluginError, Plugins};

pub use source::{Recorded, recorded_analyses, recorded_steps};

/// What is run.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Loaded, and of the kind that the recorded calls are of.
    pub revision: &'a RevisionId,
    /// Its own, in place of those that were in force then.
    pub settings: &'a Json,
    /// Of a skill: the version of memory that it reads and writes.
    pub memory_version: u32,
}

/// Runs a candidate on recorded calls, one after the other, and gives what came of each, in order. `told` hears of each as
/// soon as it is there.
///
/// # Errors
/// [`PluginError::Missing`] where the candidate is not loaded, or of another kind, [`PluginError::Host`] where the host cannot
/// call it. What it does wrong itself is a finding.
pub async fn replay(
    plugins: &dyn Plugins,
    candidate: Candidate<'_>,
    recorded: &[Recorded],
    mut told: impl FnMut(&Replayed) + Send,
) -> Result<Vec<Replayed>, PluginError> {
    let mut all = Vec::with_capacity(recorded.len());
    for recorded in recorded {
        let replayed = match recorded {
            Recorded::Handled { call, at, entry } => {
                skill::replay(plugins, candidate, call.clone(), *at, entry).await?
            }
            Recorded::Analysed { call, at, entry } => {
                analysis::replay(plugins, candidate, call.clone(), *at, entry).await?
            }
            Recorded::Channel(recording) => channel::replay(plugins, candidate, recording).await?,
        };
        told(&replayed);
        all.push(replayed);
    }
    Ok(all)
}

/// The last calls of what a revision serves, newest first: at most `limit`.
///
/// # Errors
/// Those of the store.
pub async fn recorded(store: &dyn Store, revision: &Revision, limit: usize) -> Stored<Vec<Recorded>> {
    use sportello_domain::revision::PluginKind;

    match revision.kind {
        PluginKind::Skill => recorded_steps(store, &revision.name, limit).await,
        PluginKind::Nlu => recorded_analyses(store, limit).await,
        PluginKind::Channel => {
            let last = store.last_recordings(&revision.name, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
            Ok(last.into_iter().map(|recording| Recorded::Channel(Box::new(recording))).collect())
        }
    }
}
