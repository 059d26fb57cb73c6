//! What customers do: write, react, edit, take back, come from an advertisement, change their number; and what the
//! company writes from its own phone.

use serde_json::Value;
use sportello_sdk::types::{AddressChange, Edit, Event, Happening, Message, Reaction, Referral, Sender, Thread};

use super::content;
use super::notification::{Change, Found, id_of};
use super::people::{self, FROM, TO};
use crate::json::{owned, text};

/// One of `messages`.
pub(super) fn read(change: Change<'_>, part: &Value) -> Result<Found, String> {
    let id = id_of(part)?;
    let sender = people::customer(part, FROM, change.contacts).ok_or("a message from nobody")?;
    let thread = people::thread(part, &sender, Some(&id));
    let mut events = referral(change, part, &id, &thread, &sender);
    let happening = match text(part, "type").unwrap_or_default() {
        "reaction" => reaction(part, sender)?,
        "edit" => edit(change, part)?,
        "revoke" => Happening::Deleted(original(&part["revoke"])?),
        "system" => system(change, part, sender),
        _ => Happening::Message(message(change, part, sender)),
    };
    events.push(change.event(part, id, thread, happening));
    Ok(Found::Events(events))
}

/// One of `message_echoes`: `from` is the company, `to` the customer.
pub(super) fn read_echo(change: Change<'_>, part: &Value) -> Result<Found, String> {
    let id = id_of(part)?;
    let customer = people::customer(part, TO, change.contacts).ok_or("an echo to nobody")?;
    let thread = people::thread(part, &customer, None);
    let company = Sender {
        id: owned(part, "from").unwrap_or_default(),
        name: None,
        locale: None,
        phone: text(part, "from").filter(|id| people::is_number(id)).map(|digits| format!("+{digits}")),
        email: None,
        aliases: vec![],
    };
    let happening = match text(part, "type").unwrap_or_default() {
        "reaction" => reaction(part, company)?,
        "edit" => edit(change, part)?,
        "revoke" => Happening::Deleted(original(&part["revoke"])?),
        _ => Happening::Echo(message(change, part, company)),
    };
    Ok(Found::Events(vec![change.event(part, id, thread, happening)]))
}

fn message(change: Change<'_>, part: &Value, sender: Sender) -> Message {
    Message {
        sender,
        subject: None,
        contents: content::read(part, change.errors),
        reply_to: owned(&part["context"], "id"),
    }
}

/// A reaction that was taken back has an empty emoji, or none.
fn reaction(part: &Value, sender: Sender) -> Result<Happening, String> {
    let reaction = &part["reaction"];
    let message_id = owned(reaction, "message_id").ok_or("a reaction to nothing")?;
    Ok(Happening::Reaction(Reaction { message_id, sender, emoji: owned(reaction, "emoji") }))
}

fn edit(change: Change<'_>, part: &Value) -> Result<Happening, String> {
    let edit = &part["edit"];
    let contents = content::read(&edit["message"], change.errors);
    Ok(Happening::Edited(Edit { message_id: original(edit)?, contents }))
}

fn original(change: &Value) -> Result<String, String> {
    owned(change, "original_message_id").ok_or_else(|| "a change of a message without the original's id".to_owned())
}

/// What brought the customer is told beside the message: it is an event of its own.
fn referral(change: Change<'_>, part: &Value, id: &str, thread: &Thread, sender: &Sender) -> Vec<Event> {
    let referral = &part["referral"];
    if !referral.is_object() {
        return vec![];
    }
    let happening = Happening::Referral(Referral {
        sender: sender.clone(),
        source: owned(referral, "source_type").unwrap_or_else(|| "unknown".to_owned()),
        reference: text(referral, "ctwa_clid").or(text(referral, "source_id")).map(str::to_owned),
        details: referral.to_string(),
    });
    vec![change.event(part, format!("{id}:referral"), thread.clone(), happening)]
}

/// A changed number or id moves the conversation; what else WhatsApp tells about a customer is kept as it says it.
fn system(change: Change<'_>, part: &Value, sender: Sender) -> Happening {
    let system = &part["system"];
    let moved = match text(system, "type").unwrap_or_default() {
        "user_changed_number" => text(part, "from").zip(text(system, "wa_id").or(text(system, "new_wa_id"))),
        "user_changed_user_id" => {
            text(system, "previous_user_id").or(text(part, "from_user_id")).zip(text(system, "user_id"))
        }
        _ => None,
    };
    match moved {
        Some((old, new)) => Happening::AddressChanged(AddressChange { old: old.to_owned(), new: new.to_owned() }),
        None => Happening::Message(message(change, part, sender)),
    }
}
