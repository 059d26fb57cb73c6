//! The skill that brings in a person: it turns a customer's wish into a hand-over, and tells the customer what happens
//! next whenever a conversation is handed over, also by another skill or by the host.

mod notice;
mod settings;

use sportello_sdk::Stop;
use sportello_sdk::skill::{Description, HandOver, Skill, Trigger, Turn};
use sportello_sdk::types::Failure;

pub use crate::settings::Settings;

/// The intent by which a customer asks for a person.
const PERSON: &str = "talk-to-person";

/// Of the message, as much as agents see in a list; they have the history beside it.
const SUMMARY_LETTERS: usize = 200;

/// The plugin.
#[derive(Debug)]
pub struct ToPerson;

impl Skill for ToPerson {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "hand-over".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Hands conversations over to a person, and says now or when one will be there.".to_owned(),
            settings_schema: settings::SCHEMA.to_owned(),
            secrets: vec![],
            hosts: vec![],
            intents: vec![PERSON.to_owned()],
            locales: ["de", "fr", "it", "en"].map(str::to_owned).to_vec(),
            memory_version: 0,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        match turn.trigger {
            Trigger::HandingOver(_) => turn.say(notice::of(turn)),
            Trigger::Message(_) => turn.hand_over(wish(turn)),
            Trigger::Event(_) | Trigger::Scheduled(_) => {}
            Trigger::HandedBack => turn.pass(),
        }
        Ok(())
    }
}

/// What the customer wants of a person. The notice follows by itself, once the conversation is handed over.
fn wish(turn: &Turn<Settings>) -> HandOver {
    let Settings { queues, reasons, urgent, .. } = &turn.settings;
    let intent = turn.chosen_intent().or_else(|| Some(turn.intent()?.name.as_str())).unwrap_or(PERSON);
    let reason = match reasons.get(intent) {
        Some(reason) => reason.clone(),
        None if intent == PERSON => "The customer wants to talk to a person.".to_owned(),
        None => format!("The customer has a matter for a person: {intent}."),
    };
    HandOver {
        reason,
        summary: turn.text().map(|text| text.chars().take(SUMMARY_LETTERS).collect()),
        queue: queues.get(intent).cloned(),
        urgent: urgent.contains(intent),
    }
}

sportello_sdk::export_skill!(ToPerson);
