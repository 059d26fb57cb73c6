//! A classifier on a recorded text.

use sportello_domain::{Instant, diff, replay::Finding, replay::Replayed};

use super::Candidate;
use super::answers::unanswered;
use crate::ports::store::AnalysisEntry;
use crate::ports::{Call, PluginError, Plugins};
use crate::turn::micros;

pub(super) async fn replay(
    plugins: &dyn Plugins,
    candidate: Candidate<'_>,
    call: String,
    at: Instant,
    entry: &AnalysisEntry,
) -> Result<Replayed, PluginError> {
    let before = entry.took;
    let without = |finding| Replayed { call: call.clone(), at, finding, before, now: 0 };
    let then = match &entry.analysis {
        Ok(analysis) => analysis,
        Err(reason) => return Ok(without(Finding::NotComparable(format!("it failed then: {reason}")))),
    };
    let made =
        Call { revision: candidate.revision, conversation: None, now: entry.circumstances.now, seed: 0, recorded: &[] };
    Ok(match plugins.analyze(made, &entry.text, &entry.circumstances).await {
        Ok(returned) => {
            let changes = diff::analysed(then, &returned.value);
            Replayed::compared(call, at, changes, before, micros(returned.took))
        }
        Err(error) => without(unanswered(error)?),
    })
}
