//! Accuracy, precision and recall.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answered, OUTSIDE};

/// All examples together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Figures {
    /// How many there are.
    pub examples: usize,
    /// The share that was taken for what it is, 0 to 1.
    pub accuracy: f64,
    /// Mean of the intents' F1, each counting alike.
    pub macro_f1: f64,
}

/// One intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct IntentFigures {
    /// As the corpus names it.
    pub intent: String,
    /// How many examples it has.
    pub examples: usize,
    /// Of what is taken for it the share that is it, 0 to 1; 0 where nothing is.
    pub precision: f64,
    /// Of what is it the share that is taken for it, 0 to 1.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
}

#[derive(Clone, Copy, Default)]
struct Count {
    examples: usize,
    answers: usize,
    right: usize,
}

/// By name; what is out of scope comes last, where the corpus has such texts.
pub(super) fn by_intent(answered: &[Answered]) -> Vec<IntentFigures> {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for one in answered {
        let expected = counts.entry(&one.expected).or_default();
        expected.examples += 1;
        expected.right += usize::from(one.is_right());
        counts.entry(&one.answer).or_default().answers += 1;
    }
    let mut figures: Vec<IntentFigures> = counts
        .into_iter()
        .filter(|(_, count)| count.examples > 0)
        .map(|(intent, Count { examples, answers, right })| {
            let (precision, recall) = (share(right, answers), share(right, examples));
            let sum = precision + recall;
            let f1 = if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 };
            IntentFigures { intent: intent.to_owned(), examples, precision, recall, f1 }
        })
        .collect();
    figures.sort_by_key(|figures| figures.intent == OUTSIDE);
    figures
}

pub(super) fn all(answered: &[Answered], intents: &[IntentFigures]) -> Figures {
    let right = answered.iter().filter(|one| one.is_right()).count();
    let sum: f64 = intents.iter().map(|intent| intent.f1).sum();
    Figures {
        examples: answered.len(),
        accuracy: share(right, answered.len()),
        macro_f1: if intents.is_empty() { 0.0 } else { sum / count(intents.len()) },
    }
}

/// 0 of nothing.
pub(super) fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { count(part) / count(of) }
}

#[allow(clippy::cast_precision_loss, reason = "examples are fewer than 2^52")]
pub(super) fn count(number: usize) -> f64 {
    number as f64
}
