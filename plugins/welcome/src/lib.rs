//! The skill that opens a conversation and saves it when nothing was understood.
//!
//! The host asks it as the greeting of a new conversation (the skill that answers speaks after it), for the intents
//! `greeting`, `thanks` and `goodbye`, and as the fallback. A conversation that begins with one of its own intents has no
//! other greeting, so it introduces itself there too.

mod occasion;
mod reply;
mod settings;

use sportello_sdk::Stop;
use sportello_sdk::skill::{Description, Skill, Turn};
use sportello_sdk::types::Failure;

use crate::occasion::Occasion;
use crate::reply::Words;
pub use crate::settings::Settings;

/// The intent by which a customer asks for a person.
const PERSON: &str = "talk-to-person";

/// The plugin.
#[derive(Debug)]
pub struct Welcome;

impl Skill for Welcome {
    type Settings = Settings;

    fn describe() -> Description {
        let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Description {
            name: "welcome".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Introduces the bot, offers what it can do, and helps on when nothing was understood.".to_owned(),
            settings_schema: settings::SCHEMA.to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: strings(&["greeting", "thanks", "goodbye"]),
            locales: strings(&["de", "fr", "it", "en"]),
            memory_version: 0,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        let words = Words::of(turn);
        let texts = &turn.settings.texts;
        match occasion::of(turn) {
            Occasion::Introduction => turn.say(words.introduction()),
            Occasion::Greeting if occasion::is_new(turn) => turn.say(words.menu(words.introduced(&texts.question))),
            Occasion::Greeting => turn.say(words.menu(words.said(&texts.greeting))),
            Occasion::Thanks => turn.say(words.introduced(&texts.thanks)),
            Occasion::Goodbye => turn.say(words.introduced(&texts.goodbye)),
            Occasion::NotUnderstood => turn.say(words.not_understood()),
            Occasion::Unreadable => turn.say(words.menu(words.said(&texts.unreadable))),
            Occasion::HandedBack => turn.say(words.menu(words.said(&texts.handed_back))),
            Occasion::Foreign => turn.pass(),
            Occasion::Nothing => {}
        }
        Ok(())
    }
}

sportello_sdk::export_skill!(Welcome);
