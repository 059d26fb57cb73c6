//! What an operator can set: where the tracking service is, and every text.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};
use sportello_words::{Phrase, overlaid};

use crate::parcel::State;

/// JSON Schema of the settings, for operators.
pub(crate) const SCHEMA: &str = include_str!("../settings.schema.json");

const OWN_TEXTS: &str = include_str!("texts.json");

/// The settings, checked.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Written")]
pub struct Settings {
    pub(crate) api_base: String,
    pub(crate) timeout: Duration,
    pub(crate) pass_threshold: f32,
    pub(crate) texts: Texts,
    pub(crate) default_language: String,
}

/// Everything that it says.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Texts {
    pub(crate) ask: Phrase,
    pub(crate) ask_again: Phrase,
    pub(crate) malformed: Phrase,
    pub(crate) not_found: Phrase,
    pub(crate) not_found_again: Phrase,
    pub(crate) not_found_beside: Phrase,
    pub(crate) unavailable: Phrase,
    pub(crate) last_seen: Phrase,
    pub(crate) expected: Phrase,
    pub(crate) states: ByState,
    pub(crate) next_steps: ByState,
    pub(crate) titles: Titles,
}

/// One phrase for each state of a parcel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ByState {
    accepted: Phrase,
    in_transit: Phrase,
    out_for_delivery: Phrase,
    delivered: Phrase,
    held: Phrase,
    customs: Phrase,
    returned: Phrase,
}

/// What choices are called.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Titles {
    pub(crate) talk_to_person: Phrase,
}

impl ByState {
    pub(crate) fn of(&self, state: State) -> &Phrase {
        match state {
            State::Accepted => &self.accepted,
            State::InTransit => &self.in_transit,
            State::OutForDelivery => &self.out_for_delivery,
            State::Delivered => &self.delivered,
            State::Held => &self.held,
            State::Customs => &self.customs,
            State::Returned => &self.returned,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    api_base: String,
    #[serde(default = "eight_seconds")]
    timeout: u64,
    #[serde(default = "rather_sure")]
    pass_threshold: f32,
    #[serde(default)]
    texts: Map<String, Value>,
    #[serde(default = "english")]
    default_language: String,
}

impl TryFrom<Written> for Settings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { api_base, timeout, pass_threshold, texts, default_language } = written;
        let texts = overlaid(OWN_TEXTS, &texts).map_err(|error| error.to_string())?;
        Ok(Self { api_base, timeout: Duration::from_millis(timeout), pass_threshold, texts, default_language })
    }
}

fn eight_seconds() -> u64 {
    8_000
}

fn rather_sure() -> f32 {
    0.7
}

fn english() -> String {
    "en".to_owned()
}
