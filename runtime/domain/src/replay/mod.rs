//! What a candidate made of recorded calls, and whether that is good enough (rule 19).
//!
//! The engine makes the calls; what came of each is a [`Finding`], all of them a [`Summary`], and an operator's demand on the
//! summary a [`Bar`].

mod bar;
mod shadow;
mod summary;

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::diff::Change;

pub use bar::{Bar, BarError, Unmet};
pub use shadow::Shadowed;
pub use summary::{Summary, Times};

/// A call that takes so many times as long as it took when it was recorded is slower.
const FACTOR: u64 = 2;
/// And by so much: the host looks at its clock every ten milliseconds; microseconds.
const LEAST: u64 = 10_000;

/// What came of one recorded call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// The same answer.
    Same,
    /// The same answer, and clearly later.
    Slower,
    /// Another answer.
    Changed(Vec<Change>),
    /// No answer: it trapped, ran into a limit, contradicted itself, or cannot read what was kept.
    Failed(String),
    /// Other events than then (rule 17): whatever the bar, such a revision is refused.
    OtherEvents(Vec<String>),
    /// What it would have to know was not recorded; the reason says what.
    NotComparable(String),
}

/// One recorded call, answered by a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Replayed {
    /// Which call, for people: `turn 4 of 0199…, handle`.
    pub call: String,
    /// When it was recorded.
    pub at: Instant,
    /// What came of it.
    pub finding: Finding,
    /// Microseconds that it took when it was recorded.
    pub before: u64,
    /// Microseconds that the candidate took; 0 where it was not called.
    pub now: u64,
}

impl Replayed {
    /// From the differences that were found.
    #[must_use]
    pub fn compared(call: String, at: Instant, changes: Vec<Change>, before: u64, now: u64) -> Self {
        let finding = match changes.is_empty() {
            false => Finding::Changed(changes),
            true if now > before.saturating_mul(FACTOR) && now > before.saturating_add(LEAST) => Finding::Slower,
            true => Finding::Same,
        };
        Self { call, at, finding, before, now }
    }
}

impl std::fmt::Display for Replayed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ", self.call)?;
        match &self.finding {
            Finding::Same => f.write_str("same"),
            Finding::Slower => {
                write!(f, "slower: {} ms → {} ms", self.before / 1000, self.now / 1000)
            }
            Finding::Changed(changes) => {
                let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
                write!(f, "changed: {}", told.join("; "))
            }
            Finding::Failed(reason) => write!(f, "failed: {reason}"),
            Finding::OtherEvents(events) => write!(f, "failed: other events: {}", events.join("; ")),
            Finding::NotComparable(reason) => write!(f, "not comparable: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(before: u64, now: u64) -> Finding {
        Replayed::compared("turn 1".to_owned(), 0, vec![], before, now).finding
    }

    #[test]
    fn only_what_is_clearly_later_is_slower() {
        assert_eq!(compared(100, 9_000), Finding::Same, "nobody feels it");
        assert_eq!(compared(40_000, 70_000), Finding::Same, "not twice as long");
        assert_eq!(compared(40_000, 90_000), Finding::Slower);
    }

    #[test]
    fn a_finding_reads_as_a_line() {
        let change = Change::Replaced { what: "say".into(), before: "\"a\"".into(), now: "\"b\"".into() };
        let changed = Replayed::compared("turn 4 of c, handle".into(), 0, vec![change], 1, 1);
        assert_eq!(changed.to_string(), "turn 4 of c, handle: changed: say: \"a\" → \"b\"");
    }
}
