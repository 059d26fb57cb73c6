//! The figures by which classifiers are compared, as the literature defines them.

use std::collections::BTreeMap;

/// Ranges of confidence for the calibration error.
const RANGES: usize = 15;
/// The part of the texts in scope that is accepted where recall is measured.
const ACCEPTED: f64 = 0.95;

/// What was meant, what the model says, how sure it is, and how likely it says that no intent is meant.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) meant: String,
    pub(super) said: String,
    pub(super) confidence: f64,
    pub(super) strange: f64,
}

impl Answer {
    fn is_right(&self) -> bool {
        self.meant == self.said
    }
}

/// The part of the answers that is right.
#[allow(clippy::cast_precision_loss, reason = "counts of texts")]
pub(super) fn accuracy(answers: &[Answer]) -> f64 {
    answers.iter().filter(|answer| answer.is_right()).count() as f64 / answers.len() as f64
}

/// The mean over the intents of the harmonic mean of precision and recall.
pub(super) fn macro_f1(answers: &[Answer]) -> f64 {
    #[derive(Default)]
    struct Counts {
        right: f64,
        meant: f64,
        said: f64,
    }
    let mut intents: BTreeMap<&str, Counts> = BTreeMap::new();
    for answer in answers {
        let meant = intents.entry(&answer.meant).or_default();
        meant.meant += 1.0;
        meant.right += f64::from(u8::from(answer.is_right()));
        intents.entry(&answer.said).or_default().said += 1.0;
    }
    // An intent that nobody meant has no recall.
    let asked: Vec<&Counts> = intents.values().filter(|counts| counts.meant > 0.0).collect();
    #[allow(clippy::cast_precision_loss, reason = "a count of intents")]
    let count = asked.len() as f64;
    asked.iter().map(|counts| 2.0 * counts.right / (counts.meant + counts.said)).sum::<f64>() / count
}

/// How far confidence and accuracy lie apart, over fifteen ranges of confidence (ECE).
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a range")]
pub(super) fn calibration_error(answers: &[Answer]) -> f64 {
    let mut ranges = [(0.0_f64, 0.0_f64); RANGES];
    for answer in answers {
        let range = &mut ranges[((answer.confidence * RANGES as f64) as usize).min(RANGES - 1)];
        range.0 += answer.confidence;
        range.1 += f64::from(u8::from(answer.is_right()));
    }
    ranges.iter().map(|(confidence, right)| (confidence - right).abs()).sum::<f64>() / answers.len() as f64
}

/// The part of the texts out of scope that is found where 95 % of those in scope are accepted; none where there are none.
pub(super) fn recall_at_acceptance(answers: &[Answer], strangers: &[f64]) -> Option<f64> {
    let bound = quantile(&sorted(answers), ACCEPTED)?;
    part(strangers, |strange| strange > bound)
}

/// How often a text out of scope is stranger than one in scope.
#[allow(clippy::cast_precision_loss, reason = "counts of texts")]
pub(super) fn auroc(answers: &[Answer], strangers: &[f64]) -> Option<f64> {
    let known = sorted(answers);
    let below = |strange: &f64| {
        let less = known.partition_point(|other| other < strange);
        (less + known.partition_point(|other| other <= strange)) as f64 / 2.0
    };
    let pairs = (known.len() * strangers.len()) as f64;
    (pairs > 0.0).then(|| strangers.iter().map(below).sum::<f64>() / pairs)
}

/// The part of the values for which something holds; none of no values.
#[allow(clippy::cast_precision_loss, reason = "counts of texts")]
pub(super) fn part(values: &[f64], holds: impl Fn(f64) -> bool) -> Option<f64> {
    let count = values.iter().filter(|value| holds(**value)).count();
    (!values.is_empty()).then(|| count as f64 / values.len() as f64)
}

/// The value below which this part of ascending values lies.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place")]
pub(super) fn quantile(ascending: &[f64], part: f64) -> Option<f64> {
    ascending.get(((ascending.len() as f64 * part) as usize).min(ascending.len().saturating_sub(1))).copied()
}

fn sorted(answers: &[Answer]) -> Vec<f64> {
    let mut strange: Vec<f64> = answers.iter().map(|answer| answer.strange).collect();
    strange.sort_by(f64::total_cmp);
    strange
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(meant: &str, said: &str, confidence: f64, strange: f64) -> Answer {
        Answer { meant: meant.to_owned(), said: said.to_owned(), confidence, strange }
    }

    #[track_caller]
    fn is(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9, "{found} instead of {expected}");
    }

    #[test]
    fn accuracy_counts_texts_and_f1_counts_intents() {
        let answers =
            [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b")].map(|(meant, said)| answer(meant, said, 1.0, 0.0));
        is(accuracy(&answers), 0.75);
        // a: 2·2/(3+2), b: 2·1/(1+2)
        is(macro_f1(&answers), f64::midpoint(0.8, 2.0 / 3.0));
    }

    #[test]
    fn confidence_that_keeps_its_word_has_no_error() {
        let kept = [answer("a", "a", 0.5, 0.0), answer("a", "b", 0.5, 0.0)];
        is(calibration_error(&kept), 0.0);
        is(calibration_error(&[answer("a", "b", 0.9, 0.0)]), 0.9);
    }

    #[test]
    fn strangers_are_told_from_what_is_known() {
        let known: Vec<Answer> = (0..100).map(|index| answer("a", "a", 1.0, f64::from(index) / 100.0)).collect();
        assert_eq!(recall_at_acceptance(&known, &[0.5, 0.96, 0.99, 1.0]), Some(0.75));
        assert_eq!(auroc(&known, &[2.0]), Some(1.0));
        assert_eq!(auroc(&known[..1], &[0.0]), Some(0.5));
        assert_eq!(auroc(&known, &[]), None);
    }
}
