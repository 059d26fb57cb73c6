//! What is said to a visitor: each delivery is one event on their stream. The live carrier drops a second one with the same
//! key, so a send may be repeated without harm.

mod author;
mod content;
mod publication;

use serde_json::{Value, json};
use sportello_sdk::Stop;
use sportello_sdk::channel::{Act, Context, Delivery, Receipt};
use sportello_sdk::types::{Content, Failure, Instant, RequestError};

pub(crate) use author::Author;
pub(crate) use content::encode;
pub(crate) use publication::Publication;

use crate::settings::Settings;
use crate::token;

pub(crate) fn send(context: &Context<Settings>, delivery: &Delivery) -> Result<Receipt, Stop<Failure>> {
    let visitor = &delivery.thread.address;
    if !token::is_visitor(visitor) {
        return Err(Failure::Rejected(format!("`{visitor}` is no visitor of this web chat")).into());
    }
    let (event, data) = event(delivery, context.now)?;
    // A sign of typing is not worth a key: the next one has to show again.
    let key = (!matches!(delivery.act, Act::Typing)).then_some(delivery.id.as_str());
    let publication = Publication { event, key, data: &data };
    let outcome = context.fetch(publication.request(&context.hook, visitor))?;
    match outcome {
        Ok(response) if response.is_success() => Ok(receipt(delivery)),
        Ok(response) if response.status >= 500 => Err(Failure::Retry(None).into()),
        Ok(response) => Err(Failure::Rejected(refused(response.status, &response.read_text())).into()),
        // With the same key a second publication is none, so there is no doubt to be settled by anybody.
        Err(RequestError::Unreachable(_) | RequestError::Unknown(_)) => Err(Failure::Retry(None).into()),
        Err(RequestError::NotGranted) => {
            Err(Failure::Unauthorised("this channel may not publish on its live streams: grant it `live:`".to_owned())
                .into())
        }
        Err(RequestError::TooLarge) => Ok(receipt(delivery)),
    }
}

/// The event's name and data.
fn event(delivery: &Delivery, at: Instant) -> Result<(&'static str, Value), Failure> {
    let author = Author::from(&delivery.author).encode();
    Ok(match &delivery.act {
        Act::Say(say) => {
            let mut data =
                json!({ "id": delivery.id, "at": at, "author": author, "contents": contents(&say.contents)? });
            if let Some(subject) = &say.subject {
                data["subject"] = json!(subject);
            }
            if let Some(reply_to) = &say.reply_to {
                data["reply-to"] = json!(reply_to);
            }
            ("message", data)
        }
        Act::Amend(amend) => {
            ("amended", json!({ "of": amend.message_id, "at": at, "contents": contents(&amend.contents)? }))
        }
        Act::Retract(message) => ("retracted", json!({ "of": message, "at": at })),
        Act::React(react) => ("reaction", json!({ "of": react.message_id, "at": at, "emoji": react.emoji })),
        Act::Typing => ("typing", json!({ "at": at, "author": author })),
        Act::Seen(message) => ("seen", json!({ "of": message, "at": at })),
    })
}

/// What a browser cannot show is refused before anything of the message is seen.
fn contents(contents: &[Content]) -> Result<Vec<Value>, Failure> {
    match contents.iter().find_map(content::obstacle) {
        Some(reason) => Err(Failure::Rejected(reason)),
        None => Ok(contents.iter().map(encode).collect()),
    }
}

/// The window knows a message by our own id of its delivery.
fn receipt(delivery: &Delivery) -> Receipt {
    match delivery.act {
        Act::Say(_) => Receipt::message(delivery.id.clone()),
        Act::Amend(_) | Act::Retract(_) | Act::React(_) | Act::Typing | Act::Seen(_) => Receipt::done(),
    }
}

fn refused(status: u16, reason: &str) -> String {
    let reason: String = reason.chars().take(200).collect();
    format!("the live stream answered {status} {reason}").trim_end().to_owned()
}

#[cfg(test)]
mod tests;
