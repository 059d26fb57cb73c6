//! Calls. This channel takes none, but that a customer tried to call is worth knowing for who answers in writing.

use serde_json::Value;
use sportello_sdk::types::{Content, Happening, Message};

use super::notification::{Change, Found, id_of};
use super::people::{self, FROM};
use crate::json::text;

/// One of `calls`.
pub(super) fn read(change: Change<'_>, part: &Value) -> Result<Found, String> {
    let id = id_of(part)?;
    let by_customer = text(part, "direction") == Some("USER_INITIATED");
    if !by_customer || text(part, "event") != Some("connect") {
        let event = text(part, "event").unwrap_or("unknown");
        return Ok(Found::Note(format!("the call {id} has the event {event}")));
    }
    let sender = people::customer(part, FROM, change.contacts).ok_or("a call from nobody")?;
    let thread = people::thread(part, &sender, None);
    let contents = vec![Content::native("call", "The customer called on WhatsApp", part)];
    let happening = Happening::Message(Message { sender, subject: None, contents, reply_to: None });
    Ok(Found::Events(vec![change.event(part, id, thread, happening)]))
}
