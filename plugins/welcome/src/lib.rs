//! The skill that opens a conversation and saves it when nothing was understood.
//!
//! The host asks it as the greeting of a new conversation (the skill that answers speaks after it), for the intents
//! `greeting`, `thanks` and `goodbye`, and as the fallback; each can be configured without the others.

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
            // Whoever has just been introduced does not say hello again.
            Occasion::Greeting if occasion::has_spoken(turn) => turn.say(words.menu(&texts.greeting)),
            Occasion::Greeting => turn.say(words.menu(&texts.question)),
            Occasion::Thanks => turn.say(words.said(&texts.thanks)),
            Occasion::Goodbye => turn.say(words.said(&texts.goodbye)),
            Occasion::NotUnderstood => turn.say(words.not_understood()),
            Occasion::Unreadable => turn.say(words.menu(&texts.unreadable)),
            Occasion::HandedBack => turn.say(words.menu(&texts.handed_back)),
            Occasion::Foreign => turn.pass(),
            Occasion::Nothing => {}
        }
        Ok(())
    }
}

sportello_sdk::export_skill!(Welcome);
