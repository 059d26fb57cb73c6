//! Who answers: the active skill first, then the intent's, then the fallback, in the end a person.

use std::collections::BTreeMap;

use crate::contract::{Analysis, Content, HandOver, Happening, Message, Purpose};
use crate::conversation::Conversation;
use crate::inbox::Arrival;

/// A selection whose id begins so names an intent: `intent:track-parcel`.
pub const INTENT_CHOICE: &str = "intent:";

/// What an operator has decided about routing.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Introduces the bot before the first answer of a conversation.
    pub greeting: Option<String>,
    /// Answers where nothing was understood.
    pub fallback: Option<String>,
    /// Tells the customer that a person takes over.
    pub hand_over: Option<String>,
    /// The skill for each intent.
    pub intents: BTreeMap<String, String>,
    /// Least confidence with which an intent counts as understood, 0 to 1.
    pub threshold: f32,
    /// So many messages in a row that are not understood bring a person.
    pub patience: u32,
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
            languages: vec!["en".to_owned()],
            default_language: "en".to_owned(),
            default_queue: "default".to_owned(),
        }
    }
}

/// A skill to ask, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name in the configuration.
    pub skill: String,
    /// Why.
    pub purpose: Purpose,
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
    let active = conversation.active_skill.as_ref().map(|active| active.name.clone());
    let meant = chosen_intent(message).or_else(|| understood_intent(analysis, policy.threshold));
    let fitting = meant.and_then(|intent| policy.intents.get(intent)).cloned();
    let greeting =
        policy.greeting.clone().filter(|greeting| !conversation.greeted && fitting.as_ref() != Some(greeting));

    let mut chain: Vec<Candidate> = vec![];
    let mut ask = |skill: Option<String>, purpose| {
        if let Some(skill) = skill.filter(|skill| chain.iter().all(|asked: &Candidate| &asked.skill != skill)) {
            chain.push(Candidate { skill, purpose });
        }
    };
    ask(active, Purpose::Dialogue);
    ask(fitting, Purpose::Intent);
    if chain.is_empty() && conversation.misunderstandings + 1 >= policy.patience.max(1) {
        return Route::Person(HandOver {
            reason: format!("{} messages in a row were not understood", conversation.misunderstandings + 1),
            ..HandOver::default()
        });
    }
    if let Some(skill) = policy.fallback.clone() {
        chain.push(Candidate { skill, purpose: Purpose::Fallback });
    }
    match chain.is_empty() {
        true => Route::Person(HandOver {
            reason: "no skill is configured for this message".to_owned(),
            ..HandOver::default()
        }),
        false => Route::Skills { greeting, chain },
    }
}

fn only_active(conversation: &Conversation, otherwise: &'static str) -> Route {
    match &conversation.active_skill {
        Some(active) => dialogue(&active.name),
        None => Route::Nobody(otherwise),
    }
}

fn dialogue(skill: &str) -> Route {
    Route::Skills { greeting: None, chain: vec![Candidate { skill: skill.to_owned(), purpose: Purpose::Dialogue }] }
}

/// The intent that a selection names.
fn chosen_intent(message: &Message) -> Option<&str> {
    message.contents.iter().find_map(|content| match content {
        Content::Selection(selection) => selection.id.strip_prefix(INTENT_CHOICE),
        _ => None,
    })
}

fn understood_intent(analysis: Option<&Analysis>, threshold: f32) -> Option<&str> {
    let analysis = analysis?;
    let best = analysis.intents.first()?;
    (best.confidence >= threshold && analysis.out_of_scope < best.confidence.max(0.5)).then_some(best.name.as_str())
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
