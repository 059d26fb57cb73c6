//! What operators decide about routing.

use std::collections::BTreeMap;

/// How far the bot goes by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Automation {
    /// It answers.
    #[default]
    Auto,
    /// It drafts an answer; a person takes over, checks it and sends it.
    Suggest,
    /// It leaves the intent to people.
    Off,
}

impl Automation {
    /// As configurations write it.
    pub const NAMES: [(&str, Self); 3] = [("auto", Self::Auto), ("suggest", Self::Suggest), ("off", Self::Off)];
}

/// What is decided about one intent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IntentRule {
    /// Who answers it; none: the fallback.
    pub skill: Option<String>,
    /// How far the bot goes.
    pub automation: Automation,
    /// Least confidence with which it counts as understood, 0 to 1; none: as all others.
    pub threshold: Option<f32>,
}

impl IntentRule {
    /// The bot answers by this skill.
    #[must_use]
    pub fn by(skill: &str) -> Self {
        Self { skill: Some(skill.to_owned()), ..Self::default() }
    }
}

/// What an operator has decided about routing.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Introduces the bot before the first answer of a conversation.
    pub greeting: Option<String>,
    /// Answers where nothing was understood.
    pub fallback: Option<String>,
    /// Tells the customer that a person takes over.
    pub hand_over: Option<String>,
    /// The rule for each intent.
    pub intents: BTreeMap<String, IntentRule>,
    /// Least confidence with which an intent counts as understood, 0 to 1.
    pub threshold: f32,
    /// So many messages in a row that are not understood bring a person.
    pub patience: u32,
    /// A customer who is angrier than this gets a person at once: 0 to 1, and with 1 nobody is angry enough.
    pub anger: f32,
    /// The languages in which the bot speaks.
    pub languages: Vec<String>,
    /// The one to begin with.
    pub default_language: String,
    /// The queue for hand-overs that name none.
    pub default_queue: String,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            greeting: None,
            fallback: None,
            hand_over: None,
            intents: BTreeMap::new(),
            threshold: 0.5,
            patience: 2,
            anger: 0.5,
            languages: vec!["en".to_owned()],
            default_language: "en".to_owned(),
            default_queue: "default".to_owned(),
        }
    }
}

impl Policy {
    /// Least confidence with which an intent counts as understood.
    #[must_use]
    pub fn threshold_of(&self, intent: &str) -> f32 {
        self.intents.get(intent).and_then(|rule| rule.threshold).unwrap_or(self.threshold)
    }
}
