//! What an operator writes: the answers themselves.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use sportello_words::{Phrase, overlaid};

/// JSON Schema of the settings, for operators.
pub(crate) const SCHEMA: &str = include_str!("../settings.schema.json");

const OWN_TITLES: &str = include_str!("titles.json");

/// The settings, checked.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Settings {
    pub(crate) answers: BTreeMap<String, Phrase>,
    pub(crate) offers: BTreeMap<String, Vec<String>>,
    pub(crate) titles: BTreeMap<String, Phrase>,
    pub(crate) default_language: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    answers: BTreeMap<String, Phrase>,
    #[serde(default)]
    offers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    titles: Map<String, Value>,
    #[serde(default = "english")]
    default_language: String,
}

impl TryFrom<Written> for Settings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { answers, offers, titles, default_language } = written;
        let titles: BTreeMap<String, Phrase> = overlaid(OWN_TITLES, &titles).map_err(|error| error.to_string())?;
        if let Some(intent) = offers.keys().find(|intent| !answers.contains_key(*intent)) {
            return Err(format!("`offers` names `{intent}`, which has no answer: add it to `answers`"));
        }
        if let Some(intent) = offers.values().flatten().find(|intent| !titles.contains_key(*intent)) {
            return Err(format!("`{intent}` is offered and has no title: add it to `titles`"));
        }
        Ok(Self { answers, offers, titles, default_language })
    }
}

fn english() -> String {
    "en".to_owned()
}
