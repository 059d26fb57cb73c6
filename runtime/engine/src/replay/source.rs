//! Finding recorded calls in the journal, newest first.

use sportello_domain::Instant;

use crate::ports::store::{AnalysisEntry, Journaled, Recording, StepEntry, Store, Stored};

/// Turns that are read at once.
const PAGE: u32 = 200;
/// So many turns are looked through for each call that is wanted, so that a skill that nobody asks costs no whole journal.
const DEPTH: usize = 50;

/// A call of a plugin with its answer.
#[derive(Clone, Debug)]
pub enum Recorded {
    /// Of a skill.
    Handled {
        /// Which one, for people.
        call: String,
        /// When.
        at: Instant,
        /// What it knew and wanted.
        entry: Box<StepEntry>,
    },
    /// Of a classifier.
    Analysed {
        /// Which one, for people.
        call: String,
        /// When.
        at: Instant,
        /// What it read and understood.
        entry: Box<AnalysisEntry>,
    },
    /// Of a channel.
    Channel(Box<Recording>),
}

/// The last turns of a skill, by its name in the configuration, newest first.
///
/// # Errors
/// Those of the store.
pub async fn recorded_steps(store: &dyn Store, skill: &str, limit: usize) -> Stored<Vec<Recorded>> {
    look(store, limit, |turn| {
        let call = format!("turn {} of {}", turn.record.seq, turn.conversation);
        let at = turn.record.started_at;
        let steps = turn.record.journal.steps.into_iter().rev().filter(|step| step.skill == skill);
        steps.map(|entry| Recorded::Handled { call: call.clone(), at, entry: Box::new(entry) }).collect()
    })
    .await
}

/// The last texts that were understood, newest first.
///
/// # Errors
/// Those of the store.
pub async fn recorded_analyses(store: &dyn Store, limit: usize) -> Stored<Vec<Recorded>> {
    look(store, limit, |turn| {
        let call = format!("text of turn {} of {}", turn.record.seq, turn.conversation);
        let at = turn.record.started_at;
        // What was kept before texts were kept has none.
        let analysis = turn.record.journal.analysis.filter(|entry| !entry.text.is_empty());
        analysis.map(|entry| Recorded::Analysed { call, at, entry: Box::new(entry) }).into_iter().collect()
    })
    .await
}

async fn look(
    store: &dyn Store,
    limit: usize,
    calls: impl Fn(Journaled) -> Vec<Recorded> + Send + Sync,
) -> Stored<Vec<Recorded>> {
    let mut found = vec![];
    let mut before = None;
    let mut looked_at = 0;
    while found.len() < limit && looked_at < limit.saturating_mul(DEPTH) {
        let page = store.last_turns(before, PAGE).await?;
        let Some(last) = page.last() else { break };
        before = Some(last.place);
        looked_at += page.len();
        found.extend(page.into_iter().flat_map(&calls));
    }
    found.truncate(limit);
    Ok(found)
}
