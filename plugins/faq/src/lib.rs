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
        match answer(turn).map_err(Stop::Broken)? {
            Some(answer) => turn.say(answer),
            None => turn.pass(),
        }
        Ok(())
    }
}

fn answer(turn: &Turn<Settings>) -> Result<Option<Content>, String> {
    let settings = &turn.settings;
    let Some(asked) = asked(turn) else { return Ok(None) };
    let Some(answer) = settings.answer(asked)? else { return Ok(None) };
    let locale = Locale { wanted: &turn.locale, otherwise: &settings.default_language };
    let offers = settings.offers(asked)?;
    let choices: Vec<_> = offers.iter().map(|(name, title)| intent(name, title.said(locale))).collect();
    let text = answer.said(locale);
    Ok(Some(if choices.is_empty() { Content::text(text) } else { Content::choices(text, choices) }))
}

/// The intent that a message is about.
fn asked(turn: &Turn<Settings>) -> Option<&str> {
    turn.message()?;
    turn.chosen_intent().or_else(|| Some(turn.intent()?.name.as_str()))
}

sportello_sdk::export_skill!(Faq);
