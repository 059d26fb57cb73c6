//! What an operator can set: where hand-overs go, what agents read, and every text.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};
use sportello_words::{Phrase, overlaid};

/// JSON Schema of the settings, for operators.
pub(crate) const SCHEMA: &str = include_str!("../settings.schema.json");

const OWN_TEXTS: &str = include_str!("texts.json");

/// The settings, checked.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Settings {
    /// By intent.
    pub(crate) queues: BTreeMap<String, String>,
    /// By intent.
    pub(crate) reasons: BTreeMap<String, String>,
    /// Intents.
    pub(crate) urgent: BTreeSet<String>,
    /// Minutes before closing.
    pub(crate) closing_soon: u32,
    pub(crate) texts: Texts,
    pub(crate) default_language: String,
}

/// Everything that it says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) open: Phrase,
    pub(crate) closing_soon: Phrase,
    pub(crate) closed_until: Phrase,
    pub(crate) closed: Phrase,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    #[serde(default)]
    queues: BTreeMap<String, String>,
    #[serde(default)]
    reasons: BTreeMap<String, String>,
    #[serde(default)]
    urgent: BTreeSet<String>,
    #[serde(default = "a_quarter_of_an_hour")]
    closing_soon: u32,
    #[serde(default)]
    texts: Map<String, Value>,
    #[serde(default = "english")]
    default_language: String,
}

impl TryFrom<Written> for Settings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { queues, reasons, urgent, closing_soon, texts, default_language } = written;
        let texts = overlaid(OWN_TEXTS, &texts).map_err(|error| error.to_string())?;
        Ok(Self { queues, reasons, urgent, closing_soon, texts, default_language })
    }
}

fn a_quarter_of_an_hour() -> u32 {
    15
}

fn english() -> String {
    "en".to_owned()
}
