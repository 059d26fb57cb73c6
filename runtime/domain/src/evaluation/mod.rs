//! How well a classifier knows a corpus: figures, confusions, examples that look mislabelled, and whether another model is worse.
//!
//! The host trains on some folds of a corpus and has the rest analysed; everything here is computed from what came of that.

mod comparison;
mod confusion;
mod corpus;
mod figures;
mod folds;
mod suspects;

use serde::{Deserialize, Serialize};

use crate::contract::{Analysis, Example, Locale};

pub use comparison::{Comparison, Shift, Verdict};
pub use confusion::{Confusion, Merge};
pub use corpus::{CorpusFlaw, MOST_SKEW, SPARSE, flaws};
pub use figures::{Figures, IntentFigures};
pub use folds::Folds;
pub use suspects::Suspect;

/// What stands in the place of an intent where none is meant or none was found.
pub const OUTSIDE: &str = "(out of scope)";

/// An example that a model has answered which never saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answered {
    /// What was read.
    pub text: String,
    /// In which language, as the corpus says; empty where it does not.
    pub language: Locale,
    /// What the corpus says that it means; [`OUTSIDE`]: nothing known.
    pub expected: String,
    /// What the model took it for; [`OUTSIDE`]: nothing known.
    pub answer: String,
    /// Its confidence in the best intent, 0 to 1.
    pub confidence: f32,
}

impl Answered {
    /// An example with the analysis of it.
    #[must_use]
    pub fn new(example: &Example, analysis: &Analysis) -> Self {
        let best = analysis.intents.first();
        let confidence = best.map_or(0.0, |best| best.confidence);
        let known = best.filter(|_| analysis.out_of_scope < confidence.max(0.5));
        Self {
            text: example.text.clone(),
            language: example.language.clone(),
            expected: example.intent.clone(),
            answer: known.map_or(OUTSIDE, |best| &best.name).to_owned(),
            confidence,
        }
    }

    /// Whether the model took it for what it is.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.expected == self.answer
    }
}

/// All that is to be told of a cross-validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evaluation {
    /// All examples together.
    pub figures: Figures,
    /// Intent by intent, by name.
    pub intents: Vec<IntentFigures>,
    /// What is taken for what, most frequent first.
    pub confusions: Vec<Confusion>,
    /// Intents that are so often taken for one another that they may be one, worst first.
    pub merges: Vec<Merge>,
    /// Examples that look mislabelled, surest first.
    pub suspects: Vec<Suspect>,
    /// What is wrong with the corpus itself.
    pub flaws: Vec<CorpusFlaw>,
}

impl Evaluation {
    /// Of these answers.
    #[must_use]
    pub fn of(answered: &[Answered], flaws: Vec<CorpusFlaw>) -> Self {
        let intents = figures::by_intent(answered);
        let confusions = confusion::confusions(answered);
        let merges = confusion::merges(&confusions, &intents);
        Self {
            figures: figures::all(answered, &intents),
            merges,
            confusions,
            suspects: suspects::suspects(answered),
            intents,
            flaws,
        }
    }
}

#[cfg(test)]
mod tests;
