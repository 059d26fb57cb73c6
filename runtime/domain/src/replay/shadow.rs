//! What came of live calls on which a candidate ran beside what serves (rule 17).

use serde::{Deserialize, Serialize};

use super::{Finding, Replayed};
use crate::guard::{Pair, Rate};

/// So many calls have to be compared before a candidate is known to agree.
const ENOUGH: u64 = 100;
/// One call in so many may be answered otherwise.
const CHANGED: u64 = 20;
/// The chance of taking back a candidate that fails no more often than what serves, at any number of looks.
const ALPHA: f64 = 0.01;
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
    /// To which what serves gave no answer, so that there was nothing to compare with.
    pub unanswered: u64,
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

    /// One call on which what serves failed.
    #[must_use]
    pub fn unanswered() -> Self {
        Self { unanswered: 1, ..Self::default() }
    }

    /// Why it has to go back, with the figures: it reads other events than what serves, or fails more often. The latter is judged as
    /// the guard of a canary does, with live calls in place of conversations: a candidate that fails in all of them is found after
    /// seven, and one that fails as seldom as what serves stays.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        if self.refused.is_some() {
            return self.refused.clone();
        }
        let candidate = Rate { happened: self.failed, of: self.compared() };
        let active = Rate { happened: self.unanswered, of: self.compared() + self.unanswered };
        if (Pair { candidate, active }).against_at_most(0.0) < -ALPHA.ln() {
            return None;
        }
        let (failed, compared, all) = (self.failed, self.compared(), active.of);
        let example = self.examples.iter().find(|example| example.contains(": failed: "));
        let example = example.map(|example| format!(", as in {example}")).unwrap_or_default();
        let serves = format!("what serves failed in {} of {all}", self.unanswered);
        Some(format!("it failed in {failed} of {compared} live calls that it ran on, {serves}{example}"))
    }

    /// Whether it holds words of any call, which may name people.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.words().next().is_some()
    }

    /// Whether somebody is named in it.
    #[must_use]
    pub fn names(&self, name: &str) -> bool {
        self.words().any(|words| words.contains(name))
    }

    fn words(&self) -> impl Iterator<Item = &String> {
        self.examples.iter().chain(&self.refused)
    }

    /// What it comes to without the words of any call.
    #[must_use]
    pub fn without_words(self) -> Self {
        let refused = self.refused.map(|_| "it reads other events than what serves".to_owned());
        Self { examples: Vec::new(), refused, ..self }
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
        self.unanswered += other.unanswered;
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
    fn what_fails_in_every_call_goes_back_with_the_figures_and_what_fails_seldom_stays() {
        let failed = |times| std::iter::repeat_n(Finding::Failed("it trapped".into()), times);
        let same = |times| std::iter::repeat_n(Finding::Same, times);
        assert_eq!(sum(failed(6)).fault(), None);
        let fault = sum(failed(7)).fault().unwrap();
        let figures = "it failed in 7 of 7 live calls that it ran on, what serves failed in 0 of 7";
        assert_eq!(fault, format!("{figures}, as in text: failed: it trapped"));
        assert_eq!(sum(same(10_000).chain(failed(3))).fault(), None, "a machine may be busy");
        assert!(sum(same(400).chain(failed(20))).fault().is_some());
    }

    #[test]
    fn what_fails_as_often_as_what_serves_stays() {
        let unanswered = |times| (0..times).map(|_| Shadowed::unanswered());
        let both = unanswered(20).fold(sum(std::iter::repeat_n(Finding::Same, 400)), |mut sum, one| {
            sum += one;
            sum
        });
        let failed = sum(std::iter::repeat_n(Finding::Failed("it trapped".into()), 20));
        let mut all = both;
        all += failed;
        assert_eq!((all.fault(), all.unanswered), (None, 20));
    }

    #[test]
    fn a_few_differences_are_kept_and_the_reason_of_a_refusal_always() {
        let changed = std::iter::repeat_n(Finding::NotComparable("new request".into()), 30);
        let sum = sum(changed.chain([Finding::OtherEvents(vec!["message \"1\" only now".into()])]));
        assert_eq!((sum.examples.len(), sum.not_comparable, sum.compared()), (EXAMPLES, 30, 1));
        assert_eq!(sum.refused.as_deref(), Some("text: failed: other events: message \"1\" only now"));
        assert!(!sum.agrees());
        let silent = sum.clone().without_words();
        assert!(sum.names("message") && sum.has_words() && !silent.names("message"));
        assert_eq!((silent.compared(), silent.refused.is_some()), (sum.compared(), true));
    }
}
