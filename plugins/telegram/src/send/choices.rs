//! Questions with ready answers: buttons below the message, or keys that share the phone number or the location.
//!
//! A message has one keyboard, and keys that share something exist in private chats with the bot only. What finds no place
//! becomes a line of the text.

use serde_json::{Value, json};
use sportello_sdk::types::{Choice, ChoiceKind, Choices, Failure};

use crate::description::TEXT;
use crate::markup::Styled;
use crate::thread::Place;

/// Bytes that Telegram brings back with a pressed button.
const CALLBACK: usize = 64;

/// A question, fitted to Telegram.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) prompt: String,
    /// `reply_markup`.
    pub(super) keyboard: Option<Value>,
}

pub(super) fn of(choices: &Choices, place: &Place) -> Result<Question, Failure> {
    let is_ask = |option: &&Choice| matches!(option.kind, ChoiceKind::AskLocation | ChoiceKind::AskPhone);
    let (asks, others): (Vec<&Choice>, Vec<&Choice>) = choices.options.iter().partition(is_ask);
    let has_answers = others.iter().any(|option| matches!(option.kind, ChoiceKind::Answer));
    let may_ask = place.private && place.business.is_none();
    if may_ask && !has_answers && !asks.is_empty() {
        return Ok(Question { prompt: with_lines(&choices.prompt, &others), keyboard: Some(keys(&asks)) });
    }
    let rows: Vec<Value> = others.iter().map(|option| button(option)).collect::<Result<_, _>>()?;
    let described: Vec<&Choice> = others.into_iter().filter(|option| option.description.is_some()).collect();
    let prompt = with_descriptions(with_lines(&choices.prompt, &asks), &described);
    Ok(Question { prompt, keyboard: (!rows.is_empty()).then(|| json!({"inline_keyboard": rows})) })
}

/// A row of one button.
fn button(option: &Choice) -> Result<Value, Failure> {
    if let ChoiceKind::Link(url) = &option.kind {
        return Ok(json!([{"text": option.title, "url": url}]));
    }
    // Telegram brings back nothing but these bytes, so a longer id could not be told from another.
    if option.id.is_empty() || option.id.len() > CALLBACK {
        let (id, length) = (&option.id, option.id.len());
        let reason =
            format!("the id of a choice has 1 to {CALLBACK} bytes on Telegram, and `{id}` has {length}: shorten it");
        return Err(Failure::Rejected(reason));
    }
    Ok(json!([{"text": option.title, "callback_data": option.id}]))
}

/// Keys in place of the customer's keyboard, gone after one press.
fn keys(asks: &[&Choice]) -> Value {
    let key = |option: &&Choice| match option.kind {
        ChoiceKind::AskLocation => json!([{"text": option.title, "request_location": true}]),
        _ => json!([{"text": option.title, "request_contact": true}]),
    };
    let rows: Vec<Value> = asks.iter().map(key).collect();
    json!({"keyboard": rows, "one_time_keyboard": true, "resize_keyboard": true})
}

fn with_lines(prompt: &str, options: &[&Choice]) -> String {
    options.iter().fold(prompt.to_owned(), |text, option| match &option.kind {
        ChoiceKind::Link(url) => format!("{text}\n{}: {url}", option.title),
        _ => format!("{text}\n{}", option.title),
    })
}

/// Buttons have no room for descriptions; they are left out where the text has none either.
fn with_descriptions(prompt: String, options: &[&Choice]) -> String {
    let line = |option: &&Choice| format!("\n{}: {}", option.title, option.description.as_deref().unwrap_or_default());
    let lines: String = options.iter().map(line).collect();
    let whole = if lines.is_empty() { prompt.clone() } else { format!("{prompt}\n{lines}") };
    if Styled::parse(&whole).length() > TEXT as usize { prompt } else { whole }
}
