//! The skill: every answer names its message and tells what was counted, in the memory of the dialogue and among the
//! customer's attributes.

use sportello_domain::contract::{
    Content, Effect, HandOver, HttpRequest, Memory, Message, Outcome, Piece, Schedule, Trigger, Turn,
};

use crate::customers::Answer;
use crate::plan::Wants;

/// How long after its message the skill comes back, milliseconds.
pub(crate) const LATER: u64 = 7_000;
const COUNT: &str = "count";

/// One call of a build that keeps memory of this version, and is odd or not; none: it traps.
pub(super) fn handle((version, odd): (u32, bool), turn: &Turn) -> Option<Outcome> {
    match &turn.trigger {
        Trigger::Message(message) if odd => Some(otherwise(turn, answer(version, turn, message)?)),
        Trigger::Message(message) => answer(version, turn, message),
        Trigger::Scheduled(tag) => {
            let mut effects = say(turn, &format!("{tag}+"), &[1]);
            effects.push(remember(version, turn));
            Some(Outcome::Effects(effects))
        }
        _ => Some(Outcome::Effects(vec![])),
    }
}

/// What asks for something asks for something else, and tells what came of it.
fn otherwise(turn: &Turn, mut outcome: Outcome) -> Outcome {
    match &mut outcome {
        Outcome::Perform(requests) => requests.iter_mut().for_each(|request| request.url.push_str("/anew")),
        Outcome::Effects(effects) if !turn.exchanges.is_empty() => effects.push(Effect::Tag("anew".to_owned())),
        _ => {}
    }
    outcome
}

fn answer(version: u32, turn: &Turn, message: &Message) -> Option<Outcome> {
    let words = message.words();
    let (wish, key) = words.split_once(' ')?;
    let wants = Wants::ALL.into_iter().find(|wants| wants.word() == wish)?;
    let done = turn.exchanges.len();
    let mut effects = match wants {
        Wants::Trap => return None,
        Wants::Lookup if done == 0 => return Some(Outcome::Perform(vec![request(key, 1, true)])),
        Wants::Order if done == 0 => return Some(Outcome::Perform(vec![request(key, 1, false)])),
        Wants::Orders if done < 2 => return Some(Outcome::Perform(vec![request(key, done + 1, false)])),
        // Two lines, which stand and fall each for itself.
        Wants::Orders => say(turn, key, &[1]).into_iter().chain(said(turn, key, &[2])).collect(),
        Wants::Parts => say(turn, key, &[1, 2, 3]),
        _ => say(turn, key, &[1]),
    };
    effects.push(if wants == Wants::End { Effect::Finish } else { remember(version, turn) });
    match wants {
        Wants::Later => effects.push(Effect::Schedule(Schedule { after: LATER, tag: key.to_owned() })),
        Wants::Person => effects.push(Effect::HandOver(HandOver { reason: "asked".to_owned(), ..HandOver::default() })),
        _ => {}
    }
    Some(Outcome::Effects(effects))
}

/// Says it, and counts for the customer.
fn say(turn: &Turn, key: &str, parts: &[u32]) -> Vec<Effect> {
    let mut effects = said(turn, key, parts);
    effects.push(Effect::SetAttribute((COUNT.to_owned(), Some((lifetime(turn) + 1).to_string()))));
    effects
}

/// Counts for the dialogue.
fn remember(version: u32, turn: &Turn) -> Effect {
    Effect::Remember(Memory { version, data: (counted(turn.memory.as_ref()) + 1).to_string().as_str().into() })
}

/// Parts are lines so long that the host has to send each for itself.
fn said(turn: &Turn, key: &str, parts: &[u32]) -> Vec<Effect> {
    let (counted, lifetime) = (counted(turn.memory.as_ref()) + 1, lifetime(turn) + 1);
    let width = if parts.len() > 1 { 150 } else { 0 };
    let lines = parts.iter().map(|part| {
        let answer = Answer { key: key.to_owned(), part: *part, counted, lifetime };
        format!("{:.<width$}", format!("{answer} "))
    });
    vec![Effect::Say(Content::Text(lines.collect::<Vec<_>>().join("\n")))]
}

/// What was counted in this memory.
pub(crate) fn counted(memory: Option<&Memory>) -> u64 {
    let data = memory.map(|memory| String::from_utf8_lossy(&memory.data.0).into_owned());
    data.and_then(|data| data.parse().ok()).unwrap_or(0)
}

fn lifetime(turn: &Turn) -> u64 {
    let count = turn.customer.attributes.iter().find(|(name, _)| name == COUNT);
    count.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}

fn request(key: &str, step: usize, repeatable: bool) -> HttpRequest {
    HttpRequest {
        method: "POST".to_owned(),
        url: "https://shop.example/orders".to_owned(),
        headers: vec![],
        body: vec![Piece::Bytes(format!("{key} {step}").as_str().into())],
        repeatable,
        after: None,
        timeout: None,
        max_age: None,
    }
}
