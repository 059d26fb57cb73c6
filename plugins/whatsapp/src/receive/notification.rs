//! The envelope: one POST holds entries, an entry changes, and a change several things that happened.

use serde_json::Value;
use sportello_sdk::channel::Refusal;
use sportello_sdk::types::{Event, Happening, Instant, Thread};

use super::{calls, message, preference, status};
use crate::json::{instant, items, owned, text};

/// What a notification brought.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    pub(super) events: Vec<Event>,
    /// What is no event and yet has to be seen: changes of the account, and what could not be read.
    pub(super) notes: Vec<String>,
}

/// What the parts of one change share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change<'a> {
    now: Instant,
    account: Option<&'a str>,
    pub(super) contacts: &'a [Value],
    pub(super) errors: &'a [Value],
}

/// Reads a whole notification. One part that cannot be read does not take the others with it.
pub(super) fn read(now: Instant, body: &Value) -> Result<Harvest, Refusal> {
    let object = text(body, "object").unwrap_or("nothing");
    if object != "whatsapp_business_account" {
        return Err(Refusal::Malformed(format!("the notification is about {object}, not whatsapp_business_account")));
    }
    let mut harvest = Harvest::default();
    let mut unreadable = vec![];
    for change in items(body, "entry").iter().flat_map(|entry| items(entry, "changes")) {
        read_change(now, change, &mut harvest, &mut unreadable);
    }
    if !harvest.events.is_empty() || !harvest.notes.is_empty() {
        harvest.notes.append(&mut unreadable);
        return Ok(harvest);
    }
    unreadable.push("the notification holds no change that can be read".to_owned());
    Err(Refusal::Malformed(unreadable.join("; ")))
}

fn read_change(now: Instant, change: &Value, harvest: &mut Harvest, unreadable: &mut Vec<String>) {
    let value = &change["value"];
    let scope = Change {
        now,
        account: text(&value["metadata"], "phone_number_id"),
        contacts: items(value, "contacts"),
        errors: items(value, "errors"),
    };
    type Reader = fn(Change<'_>, &Value) -> Result<Found, String>;
    let readers: [(&str, Reader); 5] = [
        ("messages", message::read),
        ("message_echoes", message::read_echo),
        ("statuses", status::read),
        ("user_preferences", preference::read),
        ("calls", calls::read),
    ];
    let parts = readers.iter().flat_map(|(member, reader)| items(value, member).iter().map(move |part| (reader, part)));
    let mut empty = true;
    for (reader, part) in parts {
        empty = false;
        match reader(scope, part) {
            Ok(Found::Events(events)) => events.into_iter().for_each(|event| add(&mut harvest.events, event)),
            Ok(Found::Note(note)) => harvest.notes.push(note),
            Err(reason) => {
                unreadable.push(format!("{reason}, of the type {}", text(part, "type").unwrap_or("unknown")))
            }
        }
    }
    if empty && let Some(field) = text(change, "field") {
        harvest.notes.push(format!("a change of {field}: {}", shown(value)));
    }
}

/// Changes of the account and errors are shown whole; of what is about customers only which members there are, since it
/// goes to the log.
fn shown(value: &Value) -> String {
    match value.as_object() {
        Some(members) if members.contains_key("errors") => members["errors"].to_string(),
        Some(members) if members.contains_key("messaging_product") => {
            members.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => value.to_string(),
    }
}

/// The same message can stand twice in one notification.
fn add(events: &mut Vec<Event>, event: Event) {
    if !events.contains(&event) {
        events.push(event);
    }
}

/// What one part of a change is.
#[derive(Debug)]
pub(super) enum Found {
    Events(Vec<Event>),
    /// Nothing that a conversation is about: it goes to the log.
    Note(String),
}

impl Change<'_> {
    /// An event at the time that the part names; `id` is unique within its kind of happening.
    pub(super) fn event(
        &self,
        part: &Value,
        id: String,
        thread: impl Into<Option<Thread>>,
        happening: Happening,
    ) -> Event {
        Event {
            id,
            account: self.account.map(str::to_owned),
            thread: thread.into(),
            at: instant(part, "timestamp").unwrap_or(self.now),
            happening,
        }
    }
}

/// The id of a part, or why there is none.
pub(super) fn id_of(part: &Value) -> Result<String, String> {
    owned(part, "id").ok_or_else(|| "a part without an id".to_owned())
}
