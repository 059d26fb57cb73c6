//! What a message becomes: Telegram carries one content per message, and files and questions together.

use serde_json::{Value, json};
use sportello_sdk::channel::Say;
use sportello_sdk::types::{Choices, Content, Failure, Location, Native};

use super::{Call, choices, contacts, file};
use crate::markup::Styled;
use crate::thread::Place;

/// The method that sends it, with everything but the address.
pub(super) fn of(say: &Say, place: &Place) -> Result<Call, Failure> {
    let subject = say.subject.as_deref();
    match say.contents.as_slice() {
        [Content::Text(words)] => Ok(text(&styled(subject, words))),
        [Content::Choices(choices)] => question(subject, choices, place),
        [Content::Media(media)] => file::of(media, media.caption.as_deref()),
        [Content::Media(media), Content::Text(caption)] | [Content::Text(caption), Content::Media(media)]
            if media.caption.is_none() =>
        {
            file::of(media, Some(caption))
        }
        [Content::Media(media), Content::Choices(choices)] if media.caption.is_none() => {
            let question = choices::of(choices, place)?;
            Ok(with_keyboard(file::of(media, Some(&question.prompt))?, question.keyboard))
        }
        [Content::Location(location)] => Ok(self::location(location)),
        [Content::Contacts(cards)] => Ok(contacts::of(cards)),
        [Content::Native(native)] => self::native(native),
        [Content::Template(_)] => Err(Failure::Rejected("Telegram has no templates".to_owned())),
        [Content::Selection(_)] => Err(Failure::Rejected("a selection is something that customers send".to_owned())),
        contents => {
            let reason = format!("Telegram carries one content per message, and this one has {}", contents.len());
            Err(Failure::Rejected(reason))
        }
    }
}

/// A text; links in it are previewed by Telegram itself.
pub(super) fn text(styled: &Styled) -> Call {
    let mut parameters = json!({});
    styled.put(&mut parameters, "text", "entities");
    Call::new("sendMessage", parameters)
}

fn styled(subject: Option<&str>, words: &str) -> Styled {
    match subject.filter(|subject| !subject.trim().is_empty()) {
        Some(subject) => Styled::headed(subject, words),
        None => Styled::parse(words),
    }
}

fn question(subject: Option<&str>, choices: &Choices, place: &Place) -> Result<Call, Failure> {
    let question = choices::of(choices, place)?;
    Ok(with_keyboard(text(&styled(subject, &question.prompt)), question.keyboard))
}

fn with_keyboard(mut call: Call, keyboard: Option<Value>) -> Call {
    if let Some(keyboard) = keyboard {
        call.parameters["reply_markup"] = keyboard;
    }
    call
}

/// A venue wants a title and an address; what has neither is a point on the map.
fn location(location: &Location) -> Call {
    let (latitude, longitude) = (location.latitude, location.longitude);
    let point = json!({"latitude": latitude, "longitude": longitude});
    let Some(title) = location.name.as_ref().or(location.address.as_ref()) else {
        return Call::new("sendLocation", point);
    };
    let address = location.address.clone().unwrap_or_else(|| format!("{latitude}, {longitude}"));
    let mut venue = point;
    venue["title"] = json!(title);
    venue["address"] = json!(address);
    Call::new("sendVenue", venue)
}

/// A message as the Bot API has it, from a skill that knows it: `{"method": "sendPoll", "parameters": {…}}`.
fn native(native: &Native) -> Result<Call, Failure> {
    let body: Value = serde_json::from_str(&native.data).unwrap_or_default();
    let sends = |method: &&str| {
        method.starts_with("send")
            && *method != "sendChatAction"
            && method.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    match body["method"].as_str().filter(sends) {
        Some(method) if native.kind == "telegram" && body["parameters"].is_object() => {
            Ok(Call::new(method, body["parameters"].clone()))
        }
        _ => Err(Failure::Rejected(format!(
            "Telegram cannot send native content of the kind {}: it takes the kind telegram, with data such as \
             {{\"method\": \"sendPoll\", \"parameters\": {{…}}}}",
            native.kind
        ))),
    }
}
