//! Learning from people: what they should look at, and what becomes of what they said about it.
//!
//! [`Doubt`] says why somebody should see an utterance, [`mask`] takes out who wrote it, [`groups`] shows alike ones once, and
//! [`learn`] brings corrections into a corpus.

mod corpus;
mod doubt;
mod grouping;
mod masking;
mod normal;

use serde::{Deserialize, Serialize};

use crate::{
    Instant,
    contract::{Intent, Locale},
    ids::{ConversationId, CorrectionId, TurnId},
};

pub use corpus::{Learnt, NEW_INTENT, learn};
pub use doubt::{Doubt, understood};
pub use grouping::{Group, groups};
pub use masking::{exemplify, mask};
pub use normal::normal;

/// Something that a customer wrote, for people to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Utterance {
    /// The turn in which it was read.
    pub id: TurnId,
    /// Whose.
    pub conversation: ConversationId,
    /// When.
    pub at: Instant,
    /// Masked.
    pub text: String,
    /// As the classifier found it.
    pub language: Locale,
    /// Why it is here.
    pub doubt: Doubt,
    /// The likeliest intents, best first.
    pub predicted: Vec<Intent>,
    /// What the customer then chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<String>,
}

impl Utterance {
    /// The customer chose this intent afterwards: that says something where the utterance was not understood.
    pub fn correct(&mut self, chosen: String) {
        if matches!(self.doubt, Doubt::OutOfScope | Doubt::Unsure) {
            self.doubt = Doubt::Corrected;
            self.chosen = Some(chosen);
        }
    }
}

/// What an utterance means, by somebody's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// This intent.
    Intent(String),
    /// Nothing that the bot should know.
    OutOfScope,
    /// It teaches nothing.
    Ignored,
}

/// What somebody said that an utterance means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Correction {
    /// Its id.
    pub id: CorrectionId,
    /// Masked; of the same words only the last correction counts.
    pub text: String,
    /// The language of the words.
    pub language: Locale,
    /// What it means.
    pub label: Label,
    /// A token's name, or `operator`.
    pub who: String,
    /// When.
    pub at: Instant,
}

#[cfg(test)]
mod tests;
