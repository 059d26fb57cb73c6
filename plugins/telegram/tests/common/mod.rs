//! Stands in for the host and for Telegram: fixtures, updates with the secret, and calls of the channel.
#![allow(dead_code, reason = "each test file uses its share")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

use std::path::{Path, PathBuf};

use plugin_telegram::{Settings, Telegram};
use serde_json::{Value, json};
use sportello_sdk::channel::{Act, Author, Channel, Context, Delivery, Reception, Refusal, Say, Webhook};
use sportello_sdk::types::{
    Content, Event, Exchange, Happening, HttpRequest, HttpResponse, Message, Piece, Thread, Visibility,
};
use sportello_sdk::{Outcome, Stop, testing};

/// Where the methods of the bot are.
pub(crate) const BOT: &str = "https://api.telegram.org/bot{secret:bot-token}/";

/// A folder of real payloads beside the workspace; none where it does not exist, and then the test says so.
pub(crate) fn fixtures(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures").join(folder);
    if path.is_dir() {
        return Some(path);
    }
    #[allow(clippy::print_stderr, reason = "a test that does not run says so")]
    {
        eprintln!("not tested: there is no ../shared/fixtures/{folder} beside the workspace");
    }
    None
}

/// The JSON files of such a folder by name, sorted.
pub(crate) fn payloads(folder: &str) -> Option<Vec<(String, Value)>> {
    let entries = std::fs::read_dir(fixtures(folder)?).expect("a folder");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let payload = |path: &PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).expect("a readable fixture");
        (name, serde_json::from_str(&text).expect("a fixture of JSON"))
    };
    Some(files.iter().map(payload).collect())
}

pub(crate) fn context(exchanges: Vec<Exchange>) -> Context<Settings> {
    Context::new(testing::context(&json!({})), exchanges).expect("settings that fit")
}

/// The webhook that brings this body, with the secret.
pub(crate) fn webhook(body: &str) -> Webhook {
    testing::secrets(&[("webhook-secret", "the-webhook-secret"), ("bot-token", "777:token")]);
    Webhook {
        method: "POST".to_owned(),
        url: "https://bot.example/hooks/telegram".to_owned(),
        headers: vec![("X-Telegram-Bot-Api-Secret-Token".to_owned(), "the-webhook-secret".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

pub(crate) fn receive(webhook: Webhook) -> Result<Reception, Refusal> {
    match Telegram::receive(&context(vec![]), webhook) {
        Ok(reception) => Ok(reception),
        Err(Stop::Fail(refusal)) => Err(refusal),
        Err(other) => panic!("receiving asks for nothing: {other:?}"),
    }
}

pub(crate) fn reception(update: &Value) -> Reception {
    receive(webhook(&update.to_string())).expect("a reception")
}

pub(crate) fn events(update: &Value) -> Vec<Event> {
    reception(update).events
}

/// The only event of an update.
pub(crate) fn event(update: &Value) -> Event {
    let mut events = events(update);
    assert_eq!(events.len(), 1, "{events:?}");
    events.remove(0)
}

pub(crate) fn message_of(event: &Event) -> &Message {
    let Happening::Message(message) = &event.happening else { panic!("not a message: {event:?}") };
    message
}

/// An update with a message of Ada's in her private chat, with these members besides.
pub(crate) fn written(extra: Value) -> Value {
    let mut message = json!({
        "message_id": 5,
        "from": {"id": 42, "is_bot": false, "first_name": "Ada", "last_name": "Lovelace", "language_code": "it"},
        "chat": {"id": 42, "first_name": "Ada", "type": "private"},
        "date": 1_795_305_500,
    });
    for (name, value) in extra.as_object().expect("members") {
        message[name] = value.clone();
    }
    json!({"update_id": 1, "message": message})
}

pub(crate) fn thread(address: &str) -> Thread {
    Thread { address: address.to_owned(), visibility: Visibility::Private, parent: None, memo: None }
}

pub(crate) fn delivery(act: Act) -> Delivery {
    Delivery { id: "0197-delivery".to_owned(), account: None, thread: thread("42"), author: Author::Bot, act }
}

pub(crate) fn say(contents: Vec<Content>) -> Delivery {
    delivery(Act::Say(Say { subject: None, contents, reply_to: None }))
}

/// What a request asks of Telegram.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) parameters: Value,
    pub(crate) repeatable: bool,
}

pub(crate) fn asked(request: &HttpRequest) -> Asked {
    let method = request.url.strip_prefix(BOT).expect("a method of the bot").to_owned();
    let body: Vec<u8> = request.body.iter().flat_map(bytes).collect();
    let parameters = serde_json::from_slice(&body).expect("JSON");
    assert_eq!((request.method.as_str(), request.headers.len()), ("POST", 1), "{request:?}");
    assert_eq!(request.headers[0], ("content-type".to_owned(), "application/json".to_owned()));
    Asked { method, parameters, repeatable: request.repeatable }
}

fn bytes(piece: &Piece) -> Vec<u8> {
    match piece {
        Piece::Bytes(bytes) => bytes.clone(),
        Piece::Secret(name) => format!("<{name}>").into_bytes(),
        Piece::File(id) => panic!("no file {id}"),
    }
}

/// The one request that a delivery becomes.
pub(crate) fn request(delivery: &Delivery) -> Asked {
    let Err(Stop::Perform(requests)) = Telegram::send(&context(vec![]), delivery.clone()) else {
        panic!("a delivery asks for a request")
    };
    let [request] = requests.as_slice() else { panic!("one request") };
    asked(request)
}

pub(crate) fn done(result: &Value) -> Outcome {
    Ok(HttpResponse::json(200, &json!({"ok": true, "result": result})))
}

pub(crate) fn refused(code: u16, description: &str, parameters: &Value) -> Outcome {
    let body = json!({"ok": false, "error_code": code, "description": description, "parameters": parameters});
    Ok(HttpResponse::json(code, &body))
}
