//! How many calls came to what.

use serde::{Deserialize, Serialize};

use super::{Finding, Replayed};

/// How long calls took, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Times {
    /// Half of the calls took no longer.
    pub p50: u64,
    /// Of a hundred calls, ninety-nine took no longer.
    pub p99: u64,
}

/// How many calls came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "one a finding")]
pub struct Summary {
    pub same: u64,
    pub slower: u64,
    pub changed: u64,
    pub failed: u64,
    pub not_comparable: u64,
    /// Part of those that failed.
    pub other_events: u64,
    /// Of the calls that could be compared, as they were recorded.
    pub before: Times,
    /// The same calls, by the candidate.
    pub now: Times,
}

impl Summary {
    /// Of these calls.
    #[must_use]
    pub fn of(replayed: &[Replayed]) -> Self {
        let mut summary = Self::default();
        for one in replayed {
            *match one.finding {
                Finding::Same => &mut summary.same,
                Finding::Slower => &mut summary.slower,
                Finding::Changed(_) => &mut summary.changed,
                Finding::Failed(_) => &mut summary.failed,
                Finding::OtherEvents(_) => &mut summary.other_events,
                Finding::NotComparable(_) => &mut summary.not_comparable,
            } += 1;
        }
        summary.failed += summary.other_events;
        let answered = |one: &&Replayed| {
            !matches!(one.finding, Finding::Failed(_) | Finding::OtherEvents(_) | Finding::NotComparable(_))
        };
        let times = |time: fn(&Replayed) -> u64| Times::of(replayed.iter().filter(answered).map(time).collect());
        summary.before = times(|one| one.before);
        summary.now = times(|one| one.now);
        summary
    }

    /// Calls that could be compared.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.same + self.slower + self.changed + self.failed
    }
}

impl Times {
    fn of(mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let rank = |percent: usize| (times.len() * percent).div_ceil(100).saturating_sub(1);
        let at = |percent| times.get(rank(percent)).copied().unwrap_or_default();
        Self { p50: at(50), p99: at(99) }
    }
}

/// `200 calls: 191 same, 2 slower, 5 changed, 0 failed, 2 not comparable; p99 3 ms → 4 ms`.
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { same, slower, changed, failed, not_comparable, before, now, .. } = self;
        let all = self.compared() + not_comparable;
        write!(
            f,
            "{all} calls: {same} same, {slower} slower, {changed} changed, {failed} failed, {not_comparable} not comparable"
        )?;
        let milliseconds = |time: u64| time.div_ceil(1000);
        write!(f, "; p99 {} ms → {} ms", milliseconds(before.p99), milliseconds(now.p99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_counted_once_and_times_are_those_of_answers() {
        let one = |finding, now| Replayed { call: String::new(), at: 0, finding, before: 2000, now };
        let calls = [
            one(Finding::Same, 1000),
            one(Finding::Same, 3000),
            one(Finding::Changed(vec![]), 9000),
            one(Finding::Failed("trap".into()), 1_000_000),
            one(Finding::NotComparable("new request".into()), 0),
            one(Finding::OtherEvents(vec!["message 1 only now".into()]), 5),
        ];
        let summary = Summary::of(&calls);
        assert_eq!((summary.compared(), summary.other_events), (5, 1));
        assert_eq!(
            summary.to_string(),
            "6 calls: 2 same, 0 slower, 1 changed, 2 failed, 1 not comparable; p99 2 ms → 9 ms"
        );
        assert_eq!(summary.now.p50, 3000);
    }

    #[test]
    fn nothing_replayed_is_a_summary_too() {
        assert_eq!(Summary::of(&[]), Summary::default());
    }
}
