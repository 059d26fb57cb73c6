//! `[routing]`: who answers where the intent alone does not say it.

use std::collections::BTreeMap;

use sportello_domain::routing::{IntentRule, Policy};

use super::section::{Located, Section};

/// Who answers, and in which languages.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoutingSection {
    /// `greeting`: the skill that introduces the bot before the first answer.
    pub(crate) greeting: Option<Located<String>>,
    /// `fallback`: the skill that answers where nothing was understood.
    pub(crate) fallback: Option<Located<String>>,
    /// `hand-over`: the skill that says that a person takes over, or when one will.
    pub(crate) hand_over: Option<Located<String>>,
    /// `default-queue`: for hand-overs that name none.
    pub(crate) default_queue: Option<Located<String>>,
    /// `threshold`: least confidence with which an intent counts as understood, 0 to 1.
    threshold: Option<f32>,
    /// `patience`: so many messages in a row that are not understood bring a person.
    patience: Option<u32>,
    /// `anger`: a customer who is angrier gets a person at once, 0 to 1.
    anger: Option<f32>,
    /// `languages`: those in which the bot speaks.
    languages: Option<Vec<String>>,
    /// `default-language`: the one to begin with; by default the first of `languages`.
    default_language: Option<String>,
}

impl RoutingSection {
    pub(super) fn read(section: Option<Section<'_>>) -> Self {
        let Some(section) = section else { return Self::default() };
        let languages = section.texts("languages");
        let default_language = section.text("default-language");
        if let (Some(languages), Some(default)) = (&languages, &default_language)
            && !languages.iter().any(|language| language.value == default.value)
        {
            let message = format!("`routing.default-language` is \"{}\", which is none of `languages`", default.value);
            section.problems().add(default.line, message);
        }
        let read = Self {
            greeting: section.text("greeting"),
            fallback: section.text("fallback"),
            hand_over: section.text("hand-over"),
            default_queue: section.text("default-queue"),
            threshold: section.share("threshold"),
            patience: section.integer("patience"),
            anger: section.share("anger"),
            languages: languages.map(|languages| languages.into_iter().map(|language| language.value).collect()),
            default_language: default_language.map(|language| language.value),
        };
        section.close();
        read
    }

    /// As the domain has it, with the rule of each intent.
    pub(crate) fn policy(&self, intents: BTreeMap<String, IntentRule>) -> Policy {
        let usual = Policy::default();
        let name = |skill: &Option<Located<String>>| skill.as_ref().map(|skill| skill.value.clone());
        let languages = self.languages.clone().filter(|languages| !languages.is_empty()).unwrap_or(usual.languages);
        Policy {
            greeting: name(&self.greeting),
            fallback: name(&self.fallback),
            hand_over: name(&self.hand_over),
            intents,
            threshold: self.threshold.unwrap_or(usual.threshold),
            patience: self.patience.unwrap_or(usual.patience),
            anger: self.anger.unwrap_or(usual.anger),
            default_language: self
                .default_language
                .clone()
                .or_else(|| languages.first().cloned())
                .unwrap_or(usual.default_language),
            languages,
            default_queue: name(&self.default_queue).unwrap_or(usual.default_queue),
        }
    }
}
