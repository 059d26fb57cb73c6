//! What customers want to receive: they can stop and resume marketing messages within WhatsApp.

use serde_json::Value;
use sportello_sdk::types::{Consent, Happening};

use super::notification::{Change, Found};
use super::people::{self, WA_ID};
use crate::json::text;

/// One of `user_preferences`.
pub(super) fn read(change: Change<'_>, part: &Value) -> Result<Found, String> {
    let sender = people::customer(part, WA_ID, change.contacts).ok_or("a preference of nobody")?;
    let category = text(part, "category").ok_or("a preference without a category")?;
    let value = text(part, "value").ok_or("a preference without a value")?;
    let granted = match value {
        "resume" | "signup" => true,
        "stop" => false,
        other => return Ok(Found::Note(format!("a preference about {category} of the value {other}"))),
    };
    let topic = if category == "marketing_messages" { "marketing" } else { category };
    // Preferences have no ids; somebody who changes their mind twice does so at different times.
    let id = format!("{}:{category}:{value}:{}", sender.id, part["timestamp"]);
    let thread = people::thread(part, &sender, None);
    let happening = Happening::Consent(Consent { sender, topic: Some(topic.to_owned()), granted });
    Ok(Found::Events(vec![change.event(part, id, thread, happening)]))
}
