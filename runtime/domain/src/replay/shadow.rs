//! What came of live calls on which a candidate ran beside what serves (rule 17).

use serde::{Deserialize, Serialize};

use super::{Finding, Replayed};

/// So many calls have to be compared before a candidate is known to agree.
const ENOUGH: u64 = 100;
/// One call in so many may be answered otherwise.
const CHANGED: u64 = 20;
/// So many differences are kept for people to read.
const EXAMPLES: usize = 10;
/// So many characters of each.
const LENGTH: usize = 500;

/// How many calls came to what. Sums of them are such again, so that any number of nodes may add to one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
#[allow(missing_docs, reason = "one a finding")]
pub struct Shadowed {
    pub same: u64,
    pub slower: u64,
    pub changed: u64,
    pub failed: u64,
    pub not_comparable: u64,
    /// On which it did not run, since it was busy with another one.
    pub skipped: u64,
    /// The first that did not come to the same, in words.
    pub examples: Vec<String>,
    /// Why it must not serve, whatever else came of it: it reads other events than what serves.
    pub refused: Option<String>,
}

impl Shadowed {
    /// One call.
    #[must_use]
    pub fn of(replayed: &Replayed) -> Self {
        let mut shadowed = Self::default();
        *match &replayed.finding {
            Finding::Same => &mut shadowed.same,
            Finding::Slower => &mut shadowed.slower,
            Finding::Changed(_) => &mut shadowed.changed,
            Finding::Failed(_) | Finding::OtherEvents(_) => &mut shadowed.failed,
            Finding::NotComparable(_) => &mut shadowed.not_comparable,
        } = 1;
        let words: String = replayed.to_string().chars().take(LENGTH).collect();
        if let Finding::OtherEvents(_) = replayed.finding {
            shadowed.refused = Some(words.clone());
        }
        if replayed.finding != Finding::Same {
            shadowed.examples.push(words);
        }
        shadowed
    }

    /// One call on which it did not run.
    #[must_use]
    pub fn skipped() -> Self {
        Self { skipped: 1, ..Self::default() }
    }

    /// Calls that could be compared.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.same + self.slower + self.changed + self.failed
    }

    /// Whether enough calls were compared to know.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.compared() >= ENOUGH
    }

    /// Whether it answers as what serves does: nothing failed, and under five in a hundred calls are answered otherwise.
    #[must_use]
    pub fn agrees(&self) -> bool {
        let few = self.changed == 0 || self.changed * CHANGED < self.compared();
        self.failed == 0 && self.refused.is_none() && few
    }
}

impl std::ops::AddAssign for Shadowed {
    fn add_assign(&mut self, other: Self) {
        self.same += other.same;
        self.slower += other.slower;
        self.changed += other.changed;
        self.failed += other.failed;
        self.not_comparable += other.not_comparable;
        self.skipped += other.skipped;
        let room = EXAMPLES.saturating_sub(self.examples.len());
        self.examples.extend(other.examples.into_iter().take(room));
        self.refused = self.refused.take().or(other.refused);
    }
}

/// `120 calls beside what serves: 118 same, 0 slower, 2 changed, 0 failed, 0 not comparable; 40 skipped`.
impl std::fmt::Display for Shadowed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { same, slower, changed, failed, not_comparable, skipped, .. } = self;
        let all = self.compared() + not_comparable;
        write!(
            f,
            "{all} calls beside what serves: {same} same, {slower} slower, {changed} changed, {failed} failed, "
        )?;
        write!(f, "{not_comparable} not comparable; {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(finding: Finding) -> Shadowed {
        Shadowed::of(&Replayed { call: "text".to_owned(), at: 0, finding, before: 0, now: 0 })
    }

    fn sum(findings: impl IntoIterator<Item = Finding>) -> Shadowed {
        findings.into_iter().fold(Shadowed::default(), |mut sum, finding| {
            sum += one(finding);
            sum
        })
    }

    #[test]
    fn it_agrees_while_nothing_fails_and_little_changes() {
        let changed = |times| std::iter::repeat_n(Finding::Changed(vec![]), times);
        let same = |times| std::iter::repeat_n(Finding::Same, times);
        assert!(sum(same(99).chain(changed(1))).agrees() && sum(same(99).chain(changed(1))).is_enough());
        assert!(!sum(same(95).chain(changed(5))).agrees(), "five in a hundred");
        assert!(!sum(same(99).chain([Finding::Failed("trap".into())])).agrees());
        assert!(!sum(same(99)).is_enough() && Shadowed::default().agrees());
    }

    #[test]
    fn a_few_differences_are_kept_and_the_reason_of_a_refusal_always() {
        let changed = std::iter::repeat_n(Finding::NotComparable("new request".into()), 30);
        let sum = sum(changed.chain([Finding::OtherEvents(vec!["message \"1\" only now".into()])]));
        assert_eq!((sum.examples.len(), sum.not_comparable, sum.compared()), (EXAMPLES, 30, 1));
        assert_eq!(sum.refused.as_deref(), Some("text: failed: other events: message \"1\" only now"));
        assert!(!sum.agrees());
    }
}
