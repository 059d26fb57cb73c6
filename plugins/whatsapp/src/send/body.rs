//! The body of a message: WhatsApp carries one content per message, and some pairs that it has a form for.

use serde_json::{Value, json};
use sportello_sdk::channel::Say;
use sportello_sdk::types::{ContactCard, Content, Failure, Location, Native};

use super::{choices, file, template};
use crate::settings::Settings;

/// Everything but the address.
pub(super) fn of(say: &Say, settings: &Settings) -> Result<Value, Failure> {
    let mut body = match say.contents.as_slice() {
        [content] => single(content, say.subject.as_deref(), settings)?,
        [Content::Media(media), Content::Text(caption)] | [Content::Text(caption), Content::Media(media)]
            if media.caption.is_none() =>
        {
            file::body(media, Some(caption))?
        }
        [Content::Media(media), Content::Choices(choices)] => {
            choices::body(choices, Some(file::header(media)?), settings)
        }
        contents => {
            let reason = format!("WhatsApp carries one content per message, and this one has {}", contents.len());
            return Err(Failure::Rejected(reason));
        }
    };
    if let Some(message) = &say.reply_to {
        body["context"] = json!({"message_id": message});
    }
    Ok(body)
}

fn single(content: &Content, subject: Option<&str>, settings: &Settings) -> Result<Value, Failure> {
    match content {
        Content::Text(text) => Ok(self::text(&with_subject(subject, text))),
        Content::Media(media) => file::body(media, media.caption.as_deref()),
        Content::Location(location) => Ok(self::location(location)),
        Content::Contacts(cards) => {
            Ok(json!({"type": "contacts", "contacts": cards.iter().map(contact).collect::<Vec<_>>()}))
        }
        Content::Choices(choices) => Ok(choices::body(choices, None, settings)),
        Content::Template(template) => template::body(template),
        Content::Native(native) => self::native(native),
        Content::Selection(_) => Err(Failure::Rejected("a selection is something that customers send".to_owned())),
    }
}

/// A text; where it holds a link, WhatsApp shows what is behind it.
pub(super) fn text(text: &str) -> Value {
    let preview = text.contains("https://") || text.contains("http://");
    json!({"type": "text", "text": {"body": text, "preview_url": preview}})
}

fn with_subject(subject: Option<&str>, text: &str) -> String {
    subject.map_or_else(|| text.to_owned(), |subject| format!("*{subject}*\n\n{text}"))
}

fn location(location: &Location) -> Value {
    // The API wants degrees as strings.
    let mut place = json!({"latitude": location.latitude.to_string(), "longitude": location.longitude.to_string()});
    for (member, value) in [("name", &location.name), ("address", &location.address)] {
        if let Some(value) = value {
            place[member] = json!(value);
        }
    }
    json!({"type": "location", "location": place})
}

fn contact(card: &ContactCard) -> Value {
    // WhatsApp wants a second part of the name beside the formatted one.
    let first = card.name.split_whitespace().next().unwrap_or(&card.name);
    let mut contact = json!({"name": {"formatted_name": card.name, "first_name": first}});
    if !card.phones.is_empty() {
        contact["phones"] = card.phones.iter().map(|phone| json!({"phone": phone, "type": "WORK"})).collect();
    }
    if !card.emails.is_empty() {
        contact["emails"] = card.emails.iter().map(|email| json!({"email": email, "type": "WORK"})).collect();
    }
    contact
}

/// A message as WhatsApp's API has it, from a skill that knows it: `{"type": KIND, KIND: {…}}`.
fn native(native: &Native) -> Result<Value, Failure> {
    let body: Value = serde_json::from_str(&native.data).unwrap_or_default();
    let has_content = body["type"].as_str().is_some_and(|kind| !body[kind].is_null());
    if native.kind == "whatsapp" && has_content {
        return Ok(body);
    }
    Err(Failure::Rejected(format!(
        "WhatsApp cannot send native content of the kind {}: it takes the kind whatsapp, with data such as \
         {{\"type\": \"interactive\", \"interactive\": {{…}}}}",
        native.kind
    )))
}
