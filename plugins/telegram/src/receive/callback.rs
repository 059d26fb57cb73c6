//! Buttons that were pressed.

use serde_json::Value;
use sportello_sdk::types::{Content, Happening, Instant, Message, Selection, Thread, Visibility};

use super::people;
use super::update::{Found, event};
use crate::json::{id, instant, items, owned, text};
use crate::thread;

/// Milliseconds after which the time of a question no longer stands for the time of its answer.
const RECENT: u64 = 29 * 24 * 60 * 60 * 1000;

/// `callback_query`.
pub(super) fn read(now: Instant, part: &Value) -> Result<Found, String> {
    let query = owned(part, "id").ok_or("it has no id")?;
    let sender = people::user(&part["from"]).ok_or("it names no sender")?;
    let question = &part["message"];
    let thread = if question.is_object() { thread::of_message(question)? } else { private_chat(&sender.id) };
    let content = chosen(part).ok_or("it has neither `data` nor `game_short_name`")?;
    let message = Message { sender, subject: None, contents: vec![content], reply_to: id(question, "message_id") };
    let pressed = event(format!("callback:{query}"), thread, at(now, question), Happening::Message(message));
    Ok(Found { pressed: Some(query), ..Found::events(vec![pressed]) })
}

/// Telegram does not say when a button was pressed, and a repeated update has to have the same time. So the question's
/// time stands for it; not where that is zero (the message is out of reach) or so old that nobody would answer.
fn at(now: Instant, question: &Value) -> Instant {
    instant(question, "date").filter(|asked| asked.saturating_add(RECENT) > now).unwrap_or(now)
}

/// Buttons of messages that were sent through another chat come without one; the private chat is the sender's.
fn private_chat(user: &str) -> Thread {
    Thread { address: user.to_owned(), visibility: Visibility::Private, parent: None, memo: None }
}

fn chosen(part: &Value) -> Option<Content> {
    if let Some(data) = text(part, "data") {
        let title = title(&part["message"], data).unwrap_or(data).to_owned();
        return Some(Content::Selection(Selection { id: data.to_owned(), title, data: None }));
    }
    let game = text(part, "game_short_name")?;
    Some(Content::native("game", format!("Wants to play {game}"), part))
}

/// What the button says; none where the message is out of reach.
fn title<'a>(message: &'a Value, data: &str) -> Option<&'a str> {
    let mut rows = items(&message["reply_markup"], "inline_keyboard").iter();
    let button =
        rows.find_map(|row| row.as_array()?.iter().find(|button| text(button, "callback_data") == Some(data)))?;
    text(button, "text")
}
