//! Reactions. An update says which ones somebody had on a message and which they have now.

use serde_json::Value;
use sportello_sdk::types::{Happening, Reaction};

use super::people;
use super::update::{Found, event};
use crate::json::{id, instant, items, text};
use crate::thread;

/// How a custom emoji, which is no character, is written; sending understands it too.
pub(crate) const CUSTOM: &str = "custom:";

/// `message_reaction`: one event for each emoji that is new. Where none is, something was taken back: then it is what
/// remains that counts, or nothing.
pub(super) fn read(part: &Value) -> Result<Found, String> {
    let message = id(part, "message_id").ok_or("it has no `message_id`")?;
    let thread = thread::of_chat(&part["chat"], None)?;
    let sender =
        people::user(&part["user"]).or_else(|| people::chat(&part["actor_chat"])).ok_or("it names no sender")?;
    let at = instant(part, "date").ok_or("it has no date")?;
    let before = emojis(part, "old_reaction");
    let now = emojis(part, "new_reaction");
    let added: Vec<&String> = now.iter().filter(|emoji| !before.contains(emoji)).collect();
    let standing: Vec<Option<String>> =
        if added.is_empty() { vec![now.first().cloned()] } else { added.into_iter().cloned().map(Some).collect() };
    let events = standing.into_iter().map(|emoji| {
        let shown = emoji.as_deref().unwrap_or("none");
        let event_id = format!("{message}:{}:{}:{shown}", sender.id, at / 1000);
        let reaction = Reaction { message_id: message.clone(), sender: sender.clone(), emoji };
        event(event_id, thread.clone(), at, Happening::Reaction(reaction))
    });
    Ok(Found::events(events.collect()))
}

fn emojis(part: &Value, member: &str) -> Vec<String> {
    items(part, member).iter().filter_map(emoji).collect()
}

fn emoji(reaction: &Value) -> Option<String> {
    match text(reaction, "type")? {
        "emoji" => text(reaction, "emoji").map(str::to_owned),
        "custom_emoji" => text(reaction, "custom_emoji_id").map(|id| format!("{CUSTOM}{id}")),
        // Paid for with stars.
        "paid" => Some("⭐".to_owned()),
        _ => None,
    }
}
