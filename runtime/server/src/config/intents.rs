//! `[intents.NAME]`: how far the bot goes by itself, and how sure it has to be.

use std::collections::BTreeMap;

use sportello_domain::routing::{Automation, IntentRule};

use super::section::{Located, Section};
use super::skills::SkillSection;

/// What is decided about one intent, beside who answers it.
#[derive(Clone, Debug)]
pub(crate) struct IntentSection {
    pub(crate) name: Located<String>,
    /// `automation`: whether the bot answers, suggests or stays silent.
    automation: Automation,
    /// `threshold`: least confidence with which it counts as understood, 0 to 1; by default that of `routing`.
    threshold: Option<f32>,
}

impl IntentSection {
    pub(super) fn read_all(document: &Section<'_>) -> Vec<Self> {
        let intents = document.named("intents");
        intents.into_iter().map(|(name, section)| Self::read(name, section)).collect()
    }

    fn read(name: Located<String>, section: Section<'_>) -> Self {
        let automation = section.choice("automation", &Automation::NAMES).unwrap_or_default();
        let threshold = section.share("threshold");
        section.close();
        Self { name, automation, threshold }
    }

    /// Whether a skill has to draft its answers.
    pub(super) fn suggests(&self) -> bool {
        self.automation == Automation::Suggest
    }

    /// The rule of each intent: the skill that names it, and what its own section says.
    pub(crate) fn rules(skills: &[SkillSection], intents: &[Self]) -> BTreeMap<String, IntentRule> {
        let named = skills.iter().flat_map(|skill| skill.intents.iter().map(move |intent| (intent, skill)));
        let mut rules: BTreeMap<String, IntentRule> =
            named.map(|(intent, skill)| (intent.value.clone(), IntentRule::by(&skill.name))).collect();
        for intent in intents {
            let rule = rules.entry(intent.name.value.clone()).or_default();
            rule.automation = intent.automation;
            rule.threshold = intent.threshold;
        }
        rules
    }
}
