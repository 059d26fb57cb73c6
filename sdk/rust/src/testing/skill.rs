//! Turns for a skill's own tests, and the host that answers them.

use serde_json::Value;

use super::drive;
use crate::content::INTENT;
use crate::exchanges;
use crate::skill::{Author, Customer, Facts, Line, Opening, Outcome, Purpose, Skill, Trigger, Turn};
use crate::stop::Stop;
use crate::types::{Content, Failure, HttpRequest, Message, Selection, Sender, Visibility};
use crate::understanding::{Analysis, Entity, Intent};

/// 22 November 2026, 00:00 UTC, a Sunday.
const NOW: u64 = 1_795_305_600_000;

/// A turn about which little is known. Name what a test is about with `Facts { locale: "fr".into(), ..turn(trigger) }`.
#[must_use]
pub fn turn(trigger: Trigger) -> Facts {
    Facts {
        id: "0".to_owned(),
        now: NOW,
        seed: 7,
        trigger,
        purpose: Purpose::Intent,
        conversation: "0".to_owned(),
        channel: "test".to_owned(),
        visibility: Visibility::Private,
        locale: "en".to_owned(),
        customer: Customer { id: "0".to_owned(), name: None, locale: None, verified: false, attributes: vec![] },
        history: vec![],
        understanding: None,
        opening: Opening { open: true, changes_at: None, utc_offset: 0 },
        memory: None,
        exchanges: vec![],
    }
}

/// The customer says this.
#[must_use]
pub fn says(content: impl Into<Content>) -> Trigger {
    let sender = Sender { id: "0".to_owned(), name: None, locale: None, phone: None, email: None, aliases: vec![] };
    Trigger::Message(Message { sender, subject: None, contents: vec![content.into()], reply_to: None })
}

/// The customer picks the choice that names this intent.
#[must_use]
pub fn chooses(intent: &str) -> Trigger {
    says(Content::Selection(Selection { id: format!("{INTENT}{intent}"), title: intent.to_owned(), data: None }))
}

/// What the classifier makes of a message: its intents, likeliest first, with their confidence.
#[must_use]
pub fn understood(intents: &[(&str, f32)]) -> Analysis {
    let likeliest = intents.first().map_or(0.0, |(_, confidence)| *confidence);
    let intents = intents.iter().map(|(name, confidence)| Intent { name: (*name).to_owned(), confidence: *confidence });
    Analysis {
        language: "en".to_owned(),
        language_confidence: 1.0,
        intents: intents.collect(),
        out_of_scope: 1.0 - likeliest,
        entities: vec![],
        sentiment: 0.0,
    }
}

/// An entity found somewhere in the message.
#[must_use]
pub fn entity(kind: &str, value: &str) -> Entity {
    let end = u32::try_from(value.len()).unwrap_or(u32::MAX);
    Entity { kind: kind.to_owned(), start: 0, end, value: value.to_owned() }
}

/// Something that the bot said before.
#[must_use]
pub fn bot_said(content: impl Into<Content>) -> Line {
    Line { author: Author::Bot, contents: vec![content.into()], at: NOW - 60_000 }
}

/// Runs one turn to its end; requests of the skill go to `answer`.
///
/// # Errors
/// What the skill fails with; `Stop::Broken` where the skill or the settings are at fault.
pub fn handle<S: Skill>(
    settings: &Value,
    facts: &Facts,
    answer: impl FnMut(&HttpRequest) -> exchanges::Outcome,
) -> Result<Outcome, Stop<Failure>> {
    let settings = settings.to_string();
    let run = |exchanges| {
        let turn = Turn::new(&settings, Facts { exchanges, ..facts.clone() }, S::describe().memory_version)?;
        S::handle(&turn)?;
        Ok(turn.into_outcome())
    };
    drive(run, answer)
}
