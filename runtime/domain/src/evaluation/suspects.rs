//! Examples that look mislabelled, by confident learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating
//! Uncertainty in Dataset Labels", JAIR 70, 2021): a model that never saw the example takes it for another intent, and is at least
//! as sure of that as it is on average of those that are of that intent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answered, OUTSIDE, figures::count};

/// An example that may have got the wrong intent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Suspect {
    /// As the corpus has it.
    pub text: String,
    /// What the corpus says that it means.
    pub expected: String,
    /// What it looks like.
    pub answer: String,
    /// How sure the model is, 0 to 1.
    pub confidence: f32,
}

/// Surest first.
pub(super) fn suspects(answered: &[Answered]) -> Vec<Suspect> {
    let mut usual: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for one in answered.iter().filter(|one| one.is_right()) {
        let (sum, number) = usual.entry(&one.answer).or_default();
        *sum += f64::from(one.confidence);
        *number += 1;
    }
    let is_sure = |one: &&Answered| {
        let known = usual.get(one.answer.as_str());
        known.is_some_and(|(sum, number)| f64::from(one.confidence) >= sum / count(*number))
    };
    let outside = |one: &&Answered| one.expected == OUTSIDE || one.answer == OUTSIDE;
    let wrong = answered.iter().filter(|one| !one.is_right() && !outside(one)).filter(is_sure);
    let mut found: Vec<Suspect> = wrong
        .map(|one| Suspect {
            text: one.text.clone(),
            expected: one.expected.clone(),
            answer: one.answer.clone(),
            confidence: one.confidence,
        })
        .collect();
    found.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    found
}
