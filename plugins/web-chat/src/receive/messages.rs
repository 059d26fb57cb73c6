//! `POST messages`: what the customer writes or chooses. It becomes an event, and an echo on the visitor's own stream: so
//! other tabs are in step, and the history is whole.

use serde::Deserialize;
use serde_json::json;
use sportello_sdk::Stop;
use sportello_sdk::channel::{Reception, Refusal};
use sportello_sdk::types::{Content, Event, Happening, Instant, Message, Selection};

use super::problem::Problem;
use super::{Call, json, sender, thread};
use crate::send::{Author, Publication, encode};
use crate::token::Visitor;

/// Bytes of an option's id, as the contract has it.
const CHOICE_ID: usize = 200;
/// Letters of the client's id of a message.
const CLIENT_ID: usize = 64;
/// Milliseconds by which a browser's clock may lag behind or be ahead before its time is not believed.
const LAG: u64 = 24 * 60 * 60 * 1_000;
const LEAD: u64 = 60_000;

#[derive(Debug, Deserialize)]
struct Body {
    /// The client's own id of the message, the same at every attempt.
    id: String,
    /// When it was written, the same at every attempt.
    at: Option<Instant>,
    /// The language of the window.
    language: Option<String>,
    #[serde(flatten)]
    said: Said,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Text(String),
    Selection { id: String, title: String },
    Location { latitude: f64, longitude: f64 },
}

pub(super) fn take(call: &Call<'_>, visitor: &Visitor) -> Result<Reception, Stop<Refusal>> {
    match read(call) {
        Ok((body, content)) => Ok(accept(call, visitor, &body, content)),
        Err(problem) => Ok(problem.into()),
    }
}

fn read(call: &Call<'_>) -> Result<(Body, Content), Problem> {
    let body: Body = serde_json::from_slice(&call.webhook.body).map_err(|error| {
        let form = "an object with `id` and one of `text`, `selection` {id, title}, `location` {latitude, longitude}";
        Problem::Malformed(format!("the body has to be {form}: {error}"))
    })?;
    if !is_client_id(&body.id) {
        let reason = format!("`id` has to be 1 to {CLIENT_ID} letters, digits, dashes or underscores");
        return Err(Problem::Malformed(reason));
    }
    let content = content(&body.said, call.context.settings.text_length)?;
    Ok((body, content))
}

fn content(said: &Said, limit: u32) -> Result<Content, Problem> {
    match said {
        Said::Text(text) => Ok(Content::Text(line("text", text, limit)?)),
        Said::Selection { id, .. } if id.is_empty() || id.len() > CHOICE_ID => {
            Err(Problem::Malformed(format!("`selection.id` has to have 1 to {CHOICE_ID} bytes")))
        }
        Said::Selection { id, title } => {
            let title = line("selection.title", title, limit)?;
            Ok(Content::Selection(Selection { id: id.clone(), title, data: None }))
        }
        Said::Location { latitude, longitude } => {
            if latitude.abs() <= 90.0 && longitude.abs() <= 180.0 {
                return Ok(Content::location(*latitude, *longitude, None, None));
            }
            Err(Problem::Malformed("`location` has to be in degrees: latitude ±90, longitude ±180".to_owned()))
        }
    }
}

/// A text as it is kept: trimmed, and without the one character that not every database can hold.
fn line(name: &str, text: &str, limit: u32) -> Result<String, Problem> {
    let text = text.replace('\0', "");
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::Malformed(format!("`{name}` is empty")));
    }
    let fits = text.chars().count() <= usize::try_from(limit).unwrap_or(usize::MAX);
    if fits { Ok(text.to_owned()) } else { Err(Problem::TextTooLong { limit }) }
}

fn accept(call: &Call<'_>, visitor: &Visitor, body: &Body, content: Content) -> Reception {
    let now = call.context.now;
    let id = format!("{}:{}", visitor.id, body.id);
    let answer = json!({ "id": id, "at": now });
    let echo = json!({
        "id": id,
        "client": body.id,
        "at": now,
        "author": Author::Customer.encode(),
        "contents": [encode(&content)],
    });
    let echo = Publication { event: "message", key: Some(&id), data: &echo };
    let afterwards = vec![echo.request(&call.context.hook, &visitor.id).build()];
    let message = Message {
        sender: sender(visitor, body.language.clone().filter(|tag| is_language(tag))),
        subject: None,
        contents: vec![content],
        reply_to: None,
    };
    let event = Event {
        id,
        account: None,
        thread: Some(thread(visitor)),
        at: written(body.at, now),
        happening: Happening::Message(message),
    };
    Reception { events: vec![event], afterwards, ..Reception::answer(json(200, &answer)) }
}

/// The time of the event has to be the same at every attempt, so it is the window's, unless that makes no sense.
fn written(at: Option<Instant>, now: Instant) -> Instant {
    at.filter(|at| (now.saturating_sub(LAG)..=now.saturating_add(LEAD)).contains(at)).unwrap_or(now)
}

fn is_client_id(id: &str) -> bool {
    (1..=CLIENT_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_language(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
