//! What an operator writes: the answers themselves.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use sportello_words::{Phrase, overlaid};

/// JSON Schema of the settings, for operators.
pub(crate) const SCHEMA: &str = include_str!("../settings.schema.json");

const OWN_TITLES: &str = include_str!("titles.json");

/// The settings, checked. Their texts are read when they are said: there are hundreds, and a message wants one.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Settings {
    answers: Unread,
    offers: BTreeMap<String, Vec<String>>,
    titles: Unread,
    pub(crate) default_language: String,
}

/// Phrases by intent, as they were written.
type Unread = BTreeMap<String, Box<RawValue>>;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    answers: Unread,
    #[serde(default)]
    offers: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    titles: Unread,
    #[serde(default = "english")]
    default_language: String,
}

impl TryFrom<Written> for Settings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { answers, offers, titles, default_language } = written;
        let own: BTreeMap<String, IgnoredAny> = serde_json::from_str(OWN_TITLES).map_err(|error| error.to_string())?;
        if let Some(intent) = offers.keys().find(|intent| !answers.contains_key(*intent)) {
            return Err(format!("`offers` names `{intent}`, which has no answer: add it to `answers`"));
        }
        let untitled = |intent: &&String| !titles.contains_key(*intent) && !own.contains_key(*intent);
        if let Some(intent) = offers.values().flatten().find(untitled) {
            return Err(format!("`{intent}` is offered and has no title: add it to `titles`"));
        }
        Ok(Self { answers, offers, titles, default_language })
    }
}

impl Settings {
    /// What is answered to this intent.
    pub(crate) fn answer(&self, intent: &str) -> Result<Option<Phrase>, String> {
        let read =
            |raw: &RawValue| serde_json::from_str(raw.get()).map_err(|error| format!("answers.{intent}: {error}"));
        self.answers.get(intent).map(|raw| read(raw)).transpose()
    }

    /// What is offered beside that answer: intents with their titles.
    pub(crate) fn offers(&self, intent: &str) -> Result<Vec<(&str, Phrase)>, String> {
        let offered = self.offers.get(intent).into_iter().flatten();
        offered.filter_map(|name| Some(self.title(name).transpose()?.map(|title| (name.as_str(), title)))).collect()
    }

    fn title(&self, intent: &str) -> Result<Option<Phrase>, String> {
        let failed = |error: &dyn std::fmt::Display| format!("titles.{intent}: {error}");
        let mut over = Map::new();
        if let Some(raw) = self.titles.get(intent) {
            let written: Value = serde_json::from_str(raw.get()).map_err(|error| failed(&error))?;
            over.insert(intent.to_owned(), written);
        }
        let mut titles: BTreeMap<String, Phrase> = overlaid(OWN_TITLES, &over).map_err(|error| failed(&error))?;
        Ok(titles.remove(intent))
    }
}

fn english() -> String {
    "en".to_owned()
}
