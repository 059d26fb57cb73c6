//! What an operator can set: the menu, its titles, and every text.

use std::collections::BTreeMap;

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
    pub(crate) menu: Vec<String>,
    pub(crate) texts: Texts,
    pub(crate) default_language: String,
}

/// Everything that it says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) introduction: Phrase,
    pub(crate) abilities: Phrase,
    pub(crate) privacy: Phrase,
    pub(crate) question: Phrase,
    pub(crate) greeting: Phrase,
    pub(crate) thanks: Phrase,
    pub(crate) goodbye: Phrase,
    pub(crate) guess: Phrase,
    pub(crate) not_understood: Phrase,
    pub(crate) still_not_understood: Phrase,
    pub(crate) unreadable: Phrase,
    pub(crate) handed_back: Phrase,
    pub(crate) titles: BTreeMap<String, Phrase>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    #[serde(default = "only_a_person")]
    menu: Vec<String>,
    #[serde(default)]
    titles: Map<String, Value>,
    #[serde(default)]
    texts: Map<String, Value>,
    #[serde(default = "english")]
    default_language: String,
}

impl TryFrom<Written> for Settings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { menu, titles, mut texts, default_language } = written;
        texts.insert("titles".to_owned(), Value::Object(titles));
        let texts: Texts = overlaid(OWN_TEXTS, &texts).map_err(|error| error.to_string())?;
        match menu.iter().find(|intent| !texts.titles.contains_key(*intent)) {
            Some(intent) => Err(format!("the menu offers `{intent}`, which has no title: add it to `titles`")),
            None => Ok(Self { menu, texts, default_language }),
        }
    }
}

fn only_a_person() -> Vec<String> {
    vec![crate::PERSON.to_owned()]
}

fn english() -> String {
    "en".to_owned()
}
