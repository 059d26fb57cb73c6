//! Who answers: the active skill first, then the intent's, then the fallback, in the end a person.

mod policy;

use crate::contract::{Analysis, Content, HandOver, Happening, Message, Purpose};
use crate::conversation::Conversation;
use crate::inbox::Arrival;
use crate::learning::understood;

pub use policy::{Automation, IntentRule, Policy};

/// A selection whose id begins so names an intent: `intent:track-parcel`.
pub const INTENT_CHOICE: &str = "intent:";

/// A skill to ask, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name in the configuration.
    pub skill: String,
    /// Why.
    pub purpose: Purpose,
    /// What it says is a suggestion for the person who takes over.
    pub drafts: bool,
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// Nobody: for this reason, which the journal keeps.
    Nobody(&'static str),
    /// These skills, in order, until one does not pass; after the last one a person.
    Skills {
        /// Speaks before them.
        greeting: Option<String>,
        /// To be asked in order.
        chain: Vec<Candidate>,
        /// Why a person takes over where all pass.
        otherwise: HandOver,
    },
    /// A person, at once.
    Person(HandOver),
}

/// Decides who answers an arrival.
#[must_use]
pub fn route(conversation: &Conversation, arrival: &Arrival, analysis: Option<&Analysis>, policy: &Policy) -> Route {
    if !conversation.owner.is_bot() {
        return Route::Nobody("a person has the conversation");
    }
    match arrival {
        Arrival::Event(event) => match &event.happening {
            Happening::Message(message) => route_message(conversation, message, analysis, policy),
            _ => only_active(conversation, "nothing to answer"),
        },
        Arrival::Scheduled(due) => dialogue(&due.skill),
        Arrival::HandedBack => only_active(conversation, "given back; the customer speaks next"),
    }
}

fn route_message(
    conversation: &Conversation,
    message: &Message,
    analysis: Option<&Analysis>,
    policy: &Policy,
) -> Route {
    if analysis.is_some_and(|analysis| -analysis.sentiment > policy.anger) {
        return Route::Person(because("the customer is upset"));
    }
    let active = conversation.active_skill.as_ref().map(|active| active.name.clone());
    let meant = chosen_intent(message).or_else(|| understood(analysis?, policy).ok());
    let rule = meant.and_then(|intent| policy.intents.get(intent)).cloned().unwrap_or_default();
    let drafts = rule.automation == Automation::Suggest;
    let fitting = rule.skill.filter(|_| rule.automation != Automation::Off);
    let greeting =
        policy.greeting.clone().filter(|greeting| !conversation.greeted && fitting.as_ref() != Some(greeting));

    let mut chain: Vec<Candidate> = vec![];
    if let Some(skill) = active {
        chain.push(Candidate { skill, purpose: Purpose::Dialogue, drafts: false });
    }
    if let Some(skill) = fitting.filter(|skill| chain.iter().all(|asked| &asked.skill != skill)) {
        chain.push(Candidate { skill, purpose: Purpose::Intent, drafts });
    }
    let otherwise = match (rule.automation, meant) {
        (Automation::Off, Some(intent)) => because(format!("`{intent}` is left to people")),
        (Automation::Suggest, Some(intent)) => because(format!("answers to `{intent}` are sent by people")),
        _ => match fall_back(conversation, &mut chain, policy) {
            Ok(()) => because("no skill had an answer"),
            Err(reason) => return Route::Person(reason),
        },
    };
    match chain.is_empty() {
        true => Route::Person(otherwise),
        false => Route::Skills { greeting, chain, otherwise },
    }
}

/// The fallback is asked last, unless the customer was not understood too often.
fn fall_back(conversation: &Conversation, chain: &mut Vec<Candidate>, policy: &Policy) -> Result<(), HandOver> {
    let misunderstandings = conversation.misunderstandings + 1;
    if chain.is_empty() && misunderstandings >= policy.patience.max(1) {
        return Err(because(format!("{misunderstandings} messages in a row were not understood")));
    }
    if let Some(skill) = policy.fallback.clone() {
        chain.push(Candidate { skill, purpose: Purpose::Fallback, drafts: false });
    }
    if chain.is_empty() { Err(because("no skill is configured for this message")) } else { Ok(()) }
}

fn because(reason: impl Into<String>) -> HandOver {
    HandOver { reason: reason.into(), ..HandOver::default() }
}

fn only_active(conversation: &Conversation, otherwise: &'static str) -> Route {
    match &conversation.active_skill {
        Some(active) => dialogue(&active.name),
        None => Route::Nobody(otherwise),
    }
}

fn dialogue(skill: &str) -> Route {
    let asked = Candidate { skill: skill.to_owned(), purpose: Purpose::Dialogue, drafts: false };
    Route::Skills { greeting: None, chain: vec![asked], otherwise: because("no skill had an answer") }
}

/// The intent that a selection names.
#[must_use]
pub fn chosen_intent(message: &Message) -> Option<&str> {
    message.contents.iter().find_map(|content| match content {
        Content::Selection(selection) => selection.id.strip_prefix(INTENT_CHOICE),
        _ => None,
    })
}

/// The language in which to speak: what the customer chose to write in, where the bot speaks it and is sure of it; else as
/// before, else the platform's, else the default.
#[must_use]
pub fn language(
    conversation: &Conversation,
    analysis: Option<&Analysis>,
    told: Option<&str>,
    policy: &Policy,
) -> String {
    let spoken = |locale: &str| policy.languages.iter().find(|language| same_language(language, locale)).cloned();
    let written =
        analysis.filter(|analysis| analysis.language_confidence >= 0.6).and_then(|found| spoken(&found.language));
    written
        .or_else(|| conversation.locale.as_deref().and_then(spoken))
        .or_else(|| told.and_then(spoken))
        .unwrap_or_else(|| policy.default_language.clone())
}

fn same_language(one: &str, other: &str) -> bool {
    let primary = |locale: &str| locale.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}

#[cfg(test)]
mod tests;
