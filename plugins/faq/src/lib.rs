//! The skill that answers what is asked again and again, out of answers that operators write in its settings.

mod settings;

use sportello_sdk::skill::{Description, Skill, Turn};
use sportello_sdk::types::{Content, Failure};
use sportello_sdk::{Stop, intent};
use sportello_words::Locale;

pub use crate::settings::Settings;

/// The plugin.
#[derive(Debug)]
pub struct Faq;

impl Skill for Faq {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "faq".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Answers frequent questions with the texts of its settings.".to_owned(),
            settings_schema: settings::SCHEMA.to_owned(),
            secrets: vec![],
            hosts: vec![],
            // Those of its answers, which are the operator's.
            intents: vec![],
            locales: ["de", "fr", "it", "en"].map(str::to_owned).to_vec(),
            memory_version: 0,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        match answer(turn) {
            Some(answer) => turn.say(answer),
            None => turn.pass(),
        }
        Ok(())
    }
}

fn answer(turn: &Turn<Settings>) -> Option<Content> {
    let Settings { answers, offers, titles, default_language } = &turn.settings;
    let locale = Locale { wanted: &turn.locale, otherwise: default_language };
    turn.message()?;
    let asked = turn.chosen_intent().or_else(|| Some(turn.intent()?.name.as_str()))?;
    let text = answers.get(asked)?.said(locale);
    let offers = offers.get(asked).into_iter().flatten();
    let choices: Vec<_> = offers.filter_map(|name| Some(intent(name, titles.get(name)?.said(locale)))).collect();
    Some(if choices.is_empty() { Content::text(text) } else { Content::choices(text, choices) })
}

sportello_sdk::export_skill!(Faq);
