//! Stands in for the host and for Meta: fixtures, signed webhooks, and calls of the channel.
#![allow(dead_code, reason = "each test file uses its share")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

use std::path::{Path, PathBuf};

use plugin_whatsapp::{Settings, WhatsApp};
use serde_json::{Value, json};
use sportello_sdk::channel::{Act, Author, Channel, Context, Delivery, Reception, Refusal, Say, Webhook};
use sportello_sdk::signature::hex;
use sportello_sdk::types::{Content, Event, HttpResponse, Piece, Thread, Visibility};
use sportello_sdk::vault::{Digest, hmac_by};
use sportello_sdk::{Stop, testing};

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

pub(crate) fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).expect("a readable fixture");
    serde_json::from_str(&text).expect("a fixture of JSON")
}

pub(crate) fn settings() -> Value {
    json!({"phone-number-id": "106540352242922", "api-base": "https://graph.facebook.com", "api-version": "v23.0"})
}

pub(crate) fn context() -> Context<Settings> {
    Context::new(testing::context(&settings()), vec![]).expect("settings that fit")
}

pub(crate) fn signed(body: &[u8]) -> Webhook {
    testing::secrets(&[("app-secret", "the app's secret"), ("verify-token", "the verify token")]);
    let signature = hex(&hmac_by(Digest::Sha256, "app-secret", body).expect("the secret is set"));
    Webhook {
        method: "POST".to_owned(),
        url: "https://bot.example/hooks/whatsapp".to_owned(),
        headers: vec![("X-Hub-Signature-256".to_owned(), format!("sha256={signature}"))],
        body: body.to_vec(),
    }
}

pub(crate) fn receive(webhook: Webhook) -> Result<Reception, Refusal> {
    match WhatsApp::receive(&context(), webhook) {
        Ok(reception) => Ok(reception),
        Err(Stop::Fail(refusal)) => Err(refusal),
        Err(other) => panic!("receiving asks for nothing: {other:?}"),
    }
}

/// The events of a signed notification.
pub(crate) fn events(notification: &Value) -> Vec<Event> {
    receive(signed(notification.to_string().as_bytes())).expect("a reception").events
}

/// A notification with these messages, from a customer named Ada.
pub(crate) fn notification(messages: Value) -> Value {
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "41800000000", "phone_number_id": "1055"},
        "contacts": [{"profile": {"name": "Ada"}, "wa_id": "41790000000"}],
        "messages": messages,
    });
    json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
}

pub(crate) fn say(contents: Vec<Content>) -> Delivery {
    delivery(Act::Say(Say { subject: None, contents, reply_to: None }))
}

pub(crate) fn delivery(act: Act) -> Delivery {
    let thread = Thread {
        address: "41790000000".to_owned(),
        visibility: Visibility::Private,
        parent: None,
        memo: Some("wamid.LAST".to_owned()),
    };
    Delivery { id: "0197-delivery".to_owned(), account: Some("1055".to_owned()), thread, author: Author::Bot, act }
}

/// The body of the one request that a delivery becomes, and whether it may be repeated.
pub(crate) fn request(delivery: &Delivery) -> (Value, bool) {
    let Err(Stop::Perform(requests)) = WhatsApp::send(&context(), delivery.clone()) else {
        panic!("a delivery asks for a request")
    };
    let [request] = requests.as_slice() else { panic!("one request") };
    assert_eq!(request.url, "https://graph.facebook.com/v23.0/1055/messages");
    assert!(request.headers.contains(&("authorization".to_owned(), "Bearer {secret:access-token}".to_owned())));
    let [Piece::Bytes(body)] = request.body.as_slice() else { panic!("a body of plain bytes") };
    (serde_json::from_slice(body).expect("JSON"), request.repeatable)
}

pub(crate) fn answer(status: u16, body: &Value) -> HttpResponse {
    HttpResponse::json(status, body)
}
