//! What a person has to read to see how two revisions answer the same call differently.
//!
//! Each answer is put into [`statement::Statement`]s, one for each thing that is wanted or told; two lists of statements are
//! held against each other, and what differs is told in the words of the contract: `say: "Good day" → "Hello"`,
//! `hand-over added: …`. Statements are compared as a whole, words only tell of them: nothing that differs stays hidden.

mod align;
mod analysis;
mod channel;
mod content;
mod json;
mod skill;
mod statement;
mod words;

use serde::{Deserialize, Serialize};

use crate::contract::{Analysis, Failure, HttpRequest, Memory, Outcome, ReceiveStep, Reception, Refusal, SendStep};

pub use channel::other_events;

/// One difference between what was answered before and what is answered now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only now.
    Added {
        /// For instance `hand-over`.
        what: String,
        /// In words.
        now: String,
    },
    /// Only before.
    Removed {
        /// For instance `say`.
        what: String,
        /// In words.
        before: String,
    },
    /// Both times, but not the same.
    Replaced {
        /// For instance `say`, or `request, body.text` where it is a part.
        what: String,
        /// In words.
        before: String,
        /// In words.
        now: String,
    },
    /// The same, in another order.
    Moved {
        /// For instance `say`.
        what: String,
        /// In words.
        now: String,
    },
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let labelled = |words: &str| if words.is_empty() { String::new() } else { format!(": {words}") };
        match self {
            Self::Added { what, now } => write!(f, "{what} added{}", labelled(now)),
            Self::Removed { what, before } => write!(f, "{what} removed{}", labelled(before)),
            Self::Replaced { what, before, now } => write!(f, "{what}: {before} → {now}"),
            Self::Moved { what, now } => write!(f, "{what} in another order{}", labelled(now)),
        }
    }
}

/// Between two answers of `handle`; none where they are the same.
#[must_use]
pub fn handled(before: &Result<Outcome, Failure>, now: &Result<Outcome, Failure>) -> Vec<Change> {
    align::align(&skill::statements(before), &skill::statements(now))
}

/// Between two memories that `migrate` brought about, or that were kept as they are.
#[must_use]
pub fn remembered(before: &Memory, now: &Memory) -> Vec<Change> {
    align::align(&[skill::memory(before)], &[skill::memory(now)])
}

/// Between two answers of `send`.
#[must_use]
pub fn sent(before: &Result<SendStep, Failure>, now: &Result<SendStep, Failure>) -> Vec<Change> {
    align::align(&channel::send(before), &channel::send(now))
}

/// Between two answers of `receive`.
#[must_use]
pub fn received(before: &Result<ReceiveStep, Refusal>, now: &Result<ReceiveStep, Refusal>) -> Vec<Change> {
    align::align(&channel::receive(before), &channel::receive(now))
}

/// Between two analyses. What routing and skills would hardly notice is no difference: a confidence that moved by less than
/// 0.05, intents behind the first.
#[must_use]
pub fn analysed(before: &Analysis, now: &Analysis) -> Vec<Change> {
    analysis::changes(before, now)
}

/// Between the requests that were asked for.
#[must_use]
pub fn requested(before: &[HttpRequest], now: &[HttpRequest]) -> Vec<Change> {
    align::align(&channel::requests(before), &channel::requests(now))
}

/// Whether two receptions bring the same events, as deduplication tells events apart (rules 1 and 17).
#[must_use]
pub fn same_events(before: &Reception, now: &Reception) -> bool {
    other_events(before, now).is_empty()
}

#[cfg(test)]
mod tests;
