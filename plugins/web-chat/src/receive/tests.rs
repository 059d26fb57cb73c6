//! Calls of the window, and what becomes of them.

use serde_json::{Value, json};
use sportello_sdk::channel::{Context, Reception, Refusal, Webhook};
use sportello_sdk::types::{Content, Event, Happening, Message, Piece};
use sportello_sdk::{Stop, testing};

use crate::settings::Settings;
use crate::token::SECRET;

const HOOK: &str = "https://bot.example/hooks/web-chat";

fn context(settings: &Value, now: u64) -> Context<Settings> {
    testing::secrets(&[(SECRET, "a long random text")]);
    let mut context = testing::context(settings);
    context.hook = HOOK.to_owned();
    context.now += now;
    Context::new(context, vec![]).expect("the settings are valid")
}

fn call(method: &str, path: &str, token: Option<&str>, body: &Value) -> Webhook {
    let headers = token.map(|token| ("authorization".to_owned(), format!("Bearer {token}"))).into_iter().collect();
    Webhook { method: method.to_owned(), url: format!("{HOOK}/{path}"), headers, body: body.to_string().into_bytes() }
}

fn receive(webhook: &Webhook) -> Result<Reception, Stop<Refusal>> {
    super::receive(&context(&json!({}), 0), webhook)
}

fn body(reception: &Reception) -> Value {
    reception.response.read_json().expect("answers are JSON")
}

fn token() -> String {
    let session = receive(&call("POST", "session", None, &json!({}))).expect("anyone may come in");
    body(&session)["token"].as_str().expect("a token").to_owned()
}

fn visitor(token: &str) -> &str {
    token.split('.').next().expect("a visitor")
}

fn post(body: &Value) -> Reception {
    receive(&call("POST", "messages", Some(&token()), body)).expect("the token counts")
}

fn message(event: &Event) -> &Message {
    let Happening::Message(message) = &event.happening else { panic!("{event:?}") };
    message
}

#[test]
fn a_session_is_kept_by_its_token() {
    let token = token();
    let again = receive(&call("POST", "session", Some(&token), &json!({}))).expect("still welcome");
    assert_eq!(body(&again)["token"], token);
    assert_eq!(body(&again)["text-length"], 4_000);
    assert_eq!(again.response.header("cache-control"), Some("no-store"));
}

#[test]
fn a_token_that_does_not_count_gives_a_new_visitor() {
    let forged = token().replace('.', ".1");
    let session = receive(&call("POST", "session", Some(&forged), &json!({}))).expect("anyone may come in");
    assert_ne!(body(&session)["token"], forged);
}

#[test]
fn a_session_is_renewed_for_the_same_visitor() {
    let token = token();
    let days = json!({ "token-days": 10 });
    let later = context(&days, 6 * crate::DAY);
    let session = super::receive(&later, &call("POST", "session", Some(&token), &json!({}))).expect("still welcome");
    let renewed = body(&session)["token"].as_str().expect("a token").to_owned();
    assert_ne!(renewed, token);
    assert_eq!(visitor(&renewed), visitor(&token));
}

#[test]
fn the_stream_is_the_visitors_own() {
    let token = token();
    let reception = receive(&call("GET", "stream", Some(&token), &json!(null))).expect("the token counts");
    assert_eq!(reception.stream, Some(format!("web-chat/{}", visitor(&token))));
    assert_eq!(reception.response.header("content-type"), Some("text/event-stream"));
    let by_query = receive(&call("GET", &format!("stream?token={token}&last-event-id=3"), None, &json!(null)));
    assert_eq!(by_query.expect("the token counts").stream, reception.stream);
}

#[test]
fn a_message_becomes_one_event_and_an_echo() {
    let token = token();
    let id = format!("{}:c-1", visitor(&token));
    let said =
        json!({ "id": "c-1", "at": 1_795_305_599_000_u64, "language": "de-CH", "text": " Wo ist {secret:x}?\n" });
    let reception = receive(&call("POST", "messages", Some(&token), &said)).expect("the token counts");
    assert_eq!(body(&reception), json!({ "id": id, "at": 1_795_305_600_000_u64 }));

    let [event] = &reception.events[..] else { panic!("{:?}", reception.events) };
    assert_eq!((event.id.as_str(), event.at), (id.as_str(), 1_795_305_599_000));
    assert_eq!(event.thread.as_ref().map(|thread| thread.address.as_str()), Some(visitor(&token)));
    assert_eq!(message(event).contents, [Content::text("Wo ist {secret:x}?")]);
    assert_eq!(message(event).sender.locale.as_deref(), Some("de-CH"));

    let [echo] = &reception.afterwards[..] else { panic!("{:?}", reception.afterwards) };
    assert_eq!(
        (echo.method.as_str(), echo.url.as_str()),
        ("POST", format!("live:web-chat/{}", visitor(&token)).as_str())
    );
    assert!(echo.repeatable);
    assert!(echo.headers.contains(&("idempotency-key".to_owned(), id.clone())));
    assert!(echo.headers.contains(&("event".to_owned(), "message".to_owned())));
    let [Piece::Bytes(data)] = &echo.body[..] else { panic!("{:?}", echo.body) };
    let data: Value = serde_json::from_slice(data).expect("JSON");
    assert_eq!(data["contents"], json!([{ "text": "Wo ist {secret:x}?" }]));
    assert_eq!((&data["id"], &data["client"], &data["author"]), (&json!(id), &json!("c-1"), &json!("customer")));
}

#[test]
fn a_repeated_message_is_the_same_event_later() {
    let token = token();
    let said = json!({ "id": "c-1", "at": 1_795_305_599_000_u64, "text": "hi" });
    let webhook = call("POST", "messages", Some(&token), &said);
    let events = [0, 60_000].map(|now| super::receive(&context(&json!({}), now), &webhook).expect("taken").events);
    assert_eq!(events[0], events[1]);
}

#[test]
fn a_clock_that_is_far_off_is_not_believed() {
    for at in [0, 1_795_305_600_000_u64 + 3_600_000, u64::MAX] {
        let reception = post(&json!({ "id": "c", "at": at, "text": "hi" }));
        assert_eq!(reception.events[0].at, 1_795_305_600_000, "{at}");
    }
}

#[test]
fn selections_and_places_come_back_as_such() {
    let chosen = post(&json!({ "id": "c", "selection": { "id": "intent:track-parcel", "title": "Track" } }));
    let Content::Selection(selection) = &message(&chosen.events[0]).contents[0] else { panic!("{chosen:?}") };
    assert_eq!((selection.id.as_str(), selection.title.as_str()), ("intent:track-parcel", "Track"));
    let place = post(&json!({ "id": "c", "location": { "latitude": 46.9, "longitude": 7.4 } }));
    assert_eq!(message(&place.events[0]).contents, [Content::location(46.9, 7.4, None, None)]);
}

#[test]
fn what_is_too_long_is_answered_and_no_event() {
    let fits = post(&json!({ "id": "c", "text": "ä".repeat(4_000) }));
    assert_eq!(fits.events.len(), 1);
    let long = post(&json!({ "id": "c", "text": "ä".repeat(4_001) }));
    assert_eq!((long.response.status, &body(&long)["error"]), (413, &json!("text-too-long")));
    assert!(long.events.is_empty() && long.afterwards.is_empty());
}

#[test]
fn what_makes_no_sense_is_answered_and_no_event() {
    let bodies = [
        json!(null),
        json!([]),
        json!({ "text": "no id" }),
        json!({ "id": "c" }),
        json!({ "id": "", "text": "hi" }),
        json!({ "id": "a b", "text": "hi" }),
        json!({ "id": "c".repeat(65), "text": "hi" }),
        json!({ "id": "c", "text": " \n\u{0}" }),
        json!({ "id": "c", "text": 7 }),
        json!({ "id": "c", "selection": { "id": "", "title": "x" } }),
        json!({ "id": "c", "selection": { "id": "x".repeat(201), "title": "x" } }),
        json!({ "id": "c", "location": { "latitude": 91, "longitude": 0 } }),
    ];
    for said in bodies {
        let reception = post(&said);
        assert_eq!((reception.response.status, reception.events.len()), (400, 0), "{said}");
        assert!(!body(&reception)["message"].as_str().unwrap_or_default().is_empty());
    }
}

#[test]
fn a_strange_language_is_left_out() {
    let reception = post(&json!({ "id": "c", "language": "<script>", "text": "hi" }));
    assert_eq!(message(&reception.events[0]).sender.locale, None);
}

#[test]
fn typing_is_an_event_of_its_own() {
    let token = token();
    let typing = receive(&call("POST", "typing", Some(&token), &json!({}))).expect("the token counts");
    assert!(matches!(&typing.events[..], [Event { happening: Happening::Typing(_), .. }]), "{:?}", typing.events);
}

#[test]
fn nobody_gets_anywhere_without_a_token() {
    for (method, path) in [("GET", "stream"), ("POST", "messages"), ("POST", "typing")] {
        for token in [None, Some("abc"), Some("00000000000000000000000000000000.1.00")] {
            let refused = receive(&call(method, path, token, &json!({ "id": "c", "text": "hi" })));
            assert!(matches!(refused, Err(Stop::Fail(Refusal::Unauthorised(_)))), "{path} {token:?} {refused:?}");
        }
    }
}

#[test]
fn other_paths_and_methods_are_named() {
    let statuses = [("GET", "", 404), ("GET", "elsewhere", 404), ("GET", "messages", 405), ("POST", "stream", 405)];
    for (method, path, status) in statuses {
        let reception = receive(&call(method, path, None, &json!({}))).expect("an answer");
        assert_eq!(reception.response.status, status, "{method} {path}");
    }
}

#[test]
fn pages_of_allowed_origins_may_read_every_answer() {
    let token = token();
    let settings = json!({ "origins": ["https://shop.example"] });
    let calls =
        [("OPTIONS", "messages", 204), ("POST", "session", 200), ("GET", "stream", 200), ("POST", "messages", 400)];
    for (method, path, status) in calls {
        let mut webhook = call(method, path, Some(&token), &json!({}));
        webhook.headers.push(("origin".to_owned(), "https://shop.example".to_owned()));
        let response = super::receive(&context(&settings, 0), &webhook).expect("an answer").response;
        assert_eq!(response.status, status, "{method} {path}");
        assert_eq!(response.header("access-control-allow-origin"), Some("https://shop.example"), "{method} {path}");
        assert_eq!(response.header("vary"), Some("origin"));
        let by_others = receive(&webhook).expect("an answer").response;
        assert_eq!(by_others.header("access-control-allow-origin"), None, "{method} {path}");
    }
}

#[test]
fn without_the_secret_nothing_is_decided() {
    let context = context(&json!({}), 0);
    testing::secrets(&[]);
    let session = super::receive(&context, &call("POST", "session", None, &json!({})));
    assert!(matches!(session, Err(Stop::Broken(_))), "{session:?}");
}
