//! The envelope: an update has a number, and one member that says what happened.

use serde_json::Value;
use sportello_sdk::types::{Event, Happening, Instant, Thread};

use super::{callback, member, message, reaction};

/// The kinds of updates that are asked for. Telegram sends reactions only to bots that name them.
pub(crate) const UPDATES: [&str; 10] = [
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "callback_query",
    "my_chat_member",
];

/// What an update is.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) events: Vec<Event>,
    /// The query of a button that was pressed and wants an answer.
    pub(crate) pressed: Option<String>,
    /// Nothing that a conversation is about, and yet to be seen: it goes to the log, so it quotes nobody.
    pub(crate) note: Option<String>,
}

impl Found {
    pub(super) fn events(events: Vec<Event>) -> Self {
        Self { events, ..Self::default() }
    }

    pub(super) fn note(note: String) -> Self {
        Self { note: Some(note), ..Self::default() }
    }
}

/// Reads one update; an error says why it is not what Telegram sends.
pub(crate) fn read(now: Instant, update: &Value) -> Result<Found, String> {
    if !update["update_id"].is_i64() {
        return Err("an update has an `update_id`, and this has none".to_owned());
    }
    let members = update.as_object().into_iter().flatten();
    let Some((kind, part)) = members.into_iter().find(|(name, part)| *name != "update_id" && !part.is_null()) else {
        return Err("the update holds nothing but its number".to_owned());
    };
    let found = match kind.as_str() {
        "message" | "business_message" => message::read(part),
        "channel_post" => message::read_post(part),
        "edited_message" | "edited_channel_post" | "edited_business_message" => message::read_edit(part),
        "deleted_business_messages" => message::read_deleted(now, part),
        "callback_query" => callback::read(now, part),
        "message_reaction" => reaction::read(part),
        "my_chat_member" => member::read(part),
        other => Ok(Found::note(format!("an update of the kind {other} is not for conversations"))),
    };
    found.map_err(|reason| format!("`{kind}` cannot be read: {reason}"))
}

/// An event; Telegram's bots have one account each, so it names none.
pub(super) fn event(id: String, thread: Thread, at: Instant, happening: Happening) -> Event {
    Event { id, account: None, thread: Some(thread), at, happening }
}
