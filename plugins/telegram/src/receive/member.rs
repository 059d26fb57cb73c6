//! What became of the bot in a chat. In a private one that says whether the customer wants to hear from it.

use serde_json::Value;
use sportello_sdk::types::{Consent, Happening, Visibility};

use super::people;
use super::update::{Found, event};
use crate::json::{instant, text};
use crate::thread;

/// `my_chat_member`.
pub(super) fn read(part: &Value) -> Result<Found, String> {
    let thread = thread::of_chat(&part["chat"], None)?;
    let status = text(&part["new_chat_member"], "status").ok_or("it names no status")?;
    let granted = match status {
        "kicked" => false,
        "member" => true,
        _ => return Ok(Found::note(format!("the bot's status in a chat is now {status}"))),
    };
    if thread.visibility != Visibility::Private {
        return Ok(Found::note(format!("the bot's status in a group or channel is now {status}")));
    }
    let sender = people::user(&part["from"]).ok_or("it names no sender")?;
    let at = instant(part, "date").ok_or("it has no date")?;
    // It has no id; who changes their mind twice does so at different times.
    let event_id = format!("{}:{}", at / 1000, status);
    let consent = Happening::Consent(Consent { sender, topic: None, granted });
    Ok(Found::events(vec![event(event_id, thread, at, consent)]))
}
