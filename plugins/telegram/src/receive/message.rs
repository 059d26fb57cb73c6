//! Messages: what customers write, what the company writes from elsewhere, edits, deletions, and groups that move.

use serde_json::Value;
use sportello_sdk::types::{
    AddressChange, Edit, Event, Happening, Instant, Message, Referral, Sender, Thread, Visibility,
};

use super::content::{self, Said};
use super::people;
use super::update::{Found, event};
use crate::json::{id, instant, items, text};
use crate::thread;

/// `message` or `business_message`.
pub(super) fn read(part: &Value) -> Result<Found, String> {
    let place = Place::of(part)?;
    if let Some(change) = moved(part)? {
        return Ok(Found::events(vec![place.event(part, Happening::AddressChanged(change))?]));
    }
    let contents = match content::read(part) {
        Said::Contents(contents) => contents,
        Said::Service(kind) => return Ok(Found::note(format!("a service message: {kind}"))),
    };
    let Some(sender) = people::author(part) else { return Err("it names no sender".to_owned()) };
    match role(part, &place.thread) {
        Role::Bot => Ok(Found::note("a message of a bot is not answered, or the two might never end".to_owned())),
        Role::Company => {
            let echo = Happening::Echo(said(part, sender, contents));
            Ok(Found::events(vec![place.event(part, echo)?]))
        }
        Role::Customer => {
            let mut events = vec![];
            if let Some(referral) = deep_link(part, &sender) {
                events.push(place.event(part, Happening::Referral(referral))?);
            }
            events.push(place.event(part, Happening::Message(said(part, sender, contents)))?);
            Ok(Found::events(events))
        }
    }
}

/// `channel_post`: what the company publishes, to be seen and not to be answered.
pub(super) fn read_post(part: &Value) -> Result<Found, String> {
    let place = Place::of(part)?;
    let contents = match content::read(part) {
        Said::Contents(contents) => contents,
        Said::Service(kind) => return Ok(Found::note(format!("a service message in a channel: {kind}"))),
    };
    let sender = people::author(part).or_else(|| people::chat(&part["chat"])).ok_or("it names no sender")?;
    Ok(Found::events(vec![place.event(part, Happening::Echo(said(part, sender, contents)))?]))
}

/// An edited message of any kind.
pub(super) fn read_edit(part: &Value) -> Result<Found, String> {
    let place = Place::of(part)?;
    let contents = match content::read(part) {
        Said::Contents(contents) => contents,
        Said::Service(kind) => return Ok(Found::note(format!("an edited service message: {kind}"))),
    };
    let at = instant(part, "edit_date").or_else(|| instant(part, "date")).ok_or("it has no date")?;
    // A message can be edited again and again.
    let event_id = format!("{}:{}", place.message, at / 1000);
    let edit = Happening::Edited(Edit { message_id: place.message, contents });
    Ok(Found::events(vec![event(event_id, place.thread, at, edit)]))
}

/// `deleted_business_messages`; they come without a time.
pub(super) fn read_deleted(now: Instant, part: &Value) -> Result<Found, String> {
    let thread = thread::of_message(part)?;
    let deleted = items(part, "message_ids")
        .iter()
        .filter_map(Value::as_i64)
        .map(|message| event(message.to_string(), thread.clone(), now, Happening::Deleted(message.to_string())));
    Ok(Found::events(deleted.collect()))
}

/// Where a message stands.
struct Place {
    thread: Thread,
    message: String,
}

impl Place {
    fn of(part: &Value) -> Result<Self, String> {
        Ok(Self { thread: thread::of_message(part)?, message: id(part, "message_id").ok_or("it has no `message_id`")? })
    }

    fn event(&self, part: &Value, happening: Happening) -> Result<Event, String> {
        let at = instant(part, "date").ok_or("it has no date")?;
        Ok(event(self.message.clone(), self.thread.clone(), at, happening))
    }
}

/// Whose words a message holds.
enum Role {
    Customer,
    Company,
    Bot,
}

fn role(part: &Value, thread: &Thread) -> Role {
    let by_other_end = thread.visibility == Visibility::Private
        && !part["direct_messages_topic"].is_object()
        && part["from"]["id"].is_i64()
        && part["from"]["id"] != part["chat"]["id"];
    // A channel's post appears in the group that discusses it.
    if by_other_end || part["is_automatic_forward"] == true {
        return Role::Company;
    }
    // Who writes in the name of a group or channel has a stand-in for a sender that is called a bot.
    let in_another_name = part["sender_chat"].is_object();
    if part["from"]["is_bot"] == true && !in_another_name { Role::Bot } else { Role::Customer }
}

fn said(part: &Value, sender: Sender, contents: Vec<sportello_sdk::types::Content>) -> Message {
    Message { sender, subject: None, contents, reply_to: reply_to(part) }
}

/// In a topic every message answers the one that opened it, which nobody meant.
fn reply_to(part: &Value) -> Option<String> {
    let answered = id(&part["reply_to_message"], "message_id")?;
    let is_topic = part["is_topic_message"] == true && id(part, "message_thread_id").as_ref() == Some(&answered);
    (!is_topic).then_some(answered)
}

/// A link `https://t.me/BOT?start=PAYLOAD` makes the customer send `/start PAYLOAD`.
fn deep_link(part: &Value, sender: &Sender) -> Option<Referral> {
    let (command, payload) = text(part, "text")?.split_once(' ')?;
    if command.split('@').next() != Some("/start") || payload.trim().is_empty() {
        return None;
    }
    let payload = payload.trim();
    Some(Referral {
        sender: sender.clone(),
        source: "deep-link".to_owned(),
        reference: Some(payload.to_owned()),
        details: serde_json::json!({"start": payload}).to_string(),
    })
}

/// A group that becomes a supergroup gets another id, and both say so.
fn moved(part: &Value) -> Result<Option<AddressChange>, String> {
    let here = id(&part["chat"], "id").ok_or("it names no chat")?;
    let to = id(part, "migrate_to_chat_id").map(|new| AddressChange { old: here.clone(), new });
    Ok(to.or_else(|| id(part, "migrate_from_chat_id").map(|old| AddressChange { old, new: here })))
}
