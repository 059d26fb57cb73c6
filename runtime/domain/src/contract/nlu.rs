//! What the host and an understanding plugin say to each other.

use serde::{Deserialize, Serialize};

use super::{Json, Locale};
use crate::Instant;

/// A thing that the customer may want.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Intent {
    /// As the corpus names it.
    pub name: String,
    /// Calibrated, 0 to 1.
    pub confidence: f32,
}

/// A value found in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Entity {
    /// For instance `tracking-number`.
    pub kind: String,
    /// Byte offset in the text.
    pub start: u32,
    /// Byte offset in the text, exclusive.
    pub end: u32,
    /// Normal form.
    pub value: String,
}

/// What a text was understood to mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Analysis {
    /// The language of the text.
    pub language: Locale,
    /// 0 to 1.
    pub language_confidence: f32,
    /// Best first.
    pub intents: Vec<Intent>,
    /// The likelihood that no known intent is meant, 0 to 1.
    pub out_of_scope: f32,
    /// Values found.
    pub entities: Vec<Entity>,
    /// From -1 (furious) to 1.
    pub sentiment: f32,
}

/// What an understanding plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "as in ChannelDescription")]
pub struct NluDescription {
    pub name: String,
    pub version: String,
    pub summary: String,
    pub settings_schema: Json,
}

/// A text and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Example {
    pub text: String,
    pub intent: String,
    pub language: Locale,
}

/// A value and the other words for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ListValue {
    pub value: String,
    pub synonyms: Vec<String>,
}

/// Values to be found as entities of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ValueList {
    pub name: String,
    pub values: Vec<ListValue>,
}

/// What a classifier learns from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Corpus {
    /// Texts with their intents.
    pub examples: Vec<Example>,
    /// Texts that belong to no intent.
    #[serde(default)]
    pub out_of_scope: Vec<String>,
    /// Values to be found.
    #[serde(default)]
    pub lists: Vec<ValueList>,
}

/// What is wrong with a corpus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Problem {
    /// Index of the example that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<u32>,
    /// For people.
    pub reason: String,
}

/// What is known before a text is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Circumstances {
    /// The language of the conversation so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Locale>,
    /// Kinds of entity that the bot has just asked for.
    #[serde(default)]
    pub expected: Vec<String>,
    /// For relative dates.
    pub now: Instant,
}
