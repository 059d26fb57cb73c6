//! Deliveries, and the events that they become.

use serde_json::{Value, json};
use sportello_sdk::channel::{Act, Amend, Author, Channel, Context, Delivery, React, Receipt, Say};
use sportello_sdk::types::{
    Choice, ChoiceKind, ContactCard, Content, Failure, HttpRequest, HttpResponse, Media, MediaKind, MediaSource, Piece,
    RequestError, Stored, Thread, Visibility,
};
use sportello_sdk::{Outcome, Stop, answer, link, testing};

use crate::WebChat;

const VISITOR: &str = "0123456789abcdef0123456789abcdef";

fn delivery(author: Author, act: Act) -> Delivery {
    let thread = Thread { address: VISITOR.to_owned(), visibility: Visibility::Private, parent: None, memo: None };
    Delivery { id: "delivery-1".to_owned(), account: None, thread, author, act }
}

fn say(contents: Vec<Content>) -> Act {
    Act::Say(Say { subject: None, contents, reply_to: None })
}

/// Sends, answering each request like this; gives the requests, too.
fn send(delivery: &Delivery, outcome: &Outcome) -> (Result<Receipt, Stop<Failure>>, Vec<HttpRequest>) {
    let mut requests = vec![];
    let result = testing::drive(
        |exchanges| {
            let mut context = testing::context(&json!({}));
            context.hook = "https://bot.example/hooks/web-chat".to_owned();
            WebChat::send(&Context::new(context, exchanges)?, delivery.clone())
        },
        |request| {
            requests.push(request.clone());
            outcome.clone()
        },
    );
    (result, requests)
}

fn published(delivery: &Delivery) -> (String, Value) {
    let (result, requests) = send(delivery, &Ok(HttpResponse::status(200)));
    result.expect("it is published");
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", format!("live:web-chat/{VISITOR}").as_str()));
    let [Piece::Bytes(data)] = &request.body[..] else { panic!("{request:?}") };
    (header(request, "event").expect("a name"), serde_json::from_slice(data).expect("JSON"))
}

fn header(request: &HttpRequest, name: &str) -> Option<String> {
    request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

#[test]
fn a_message_bears_its_author_and_contents() {
    let options = vec![
        answer("a", "A parcel").describe("with a number"),
        link("Prices", "https://post.example/prices"),
        Choice { id: "p".to_owned(), title: "Here".to_owned(), description: None, kind: ChoiceKind::AskLocation },
    ];
    let stored = Stored { id: "f1".to_owned(), url: "https://bot.example/files/f1".to_owned() };
    let contents = vec![
        Content::text("*Hello*"),
        Content::choices("Which?", options),
        Media { caption: Some("Our counter".to_owned()), ..Media::new(MediaKind::Image, MediaSource::Stored(stored)) }
            .into(),
        Content::location(46.9, 7.4, Some("Counter".to_owned()), None),
        Content::Contacts(vec![ContactCard {
            name: "Desk".to_owned(),
            phones: vec!["+41".to_owned()],
            emails: vec![],
        }]),
    ];
    let (name, data) = published(&delivery(Author::Agent("Camille".to_owned()), say(contents)));
    assert_eq!(name, "message");
    let expected = json!({
        "id": "delivery-1",
        "at": 1_795_305_600_000_u64,
        "author": { "agent": "Camille" },
        "contents": [
            { "text": "*Hello*" },
            { "choices": { "prompt": "Which?", "options": [
                { "id": "a", "title": "A parcel", "description": "with a number", "kind": "answer" },
                { "id": "", "title": "Prices", "kind": { "link": "https://post.example/prices" } },
                { "id": "p", "title": "Here", "kind": "ask-location" },
            ] } },
            { "media": { "kind": "image", "url": "https://bot.example/files/f1", "caption": "Our counter" } },
            { "location": { "latitude": 46.9, "longitude": 7.4, "name": "Counter" } },
            { "contacts": [{ "name": "Desk", "phones": ["+41"], "emails": [] }] },
        ],
    });
    assert_eq!(data, expected);
}

#[test]
fn every_act_is_an_event_of_its_own() {
    let message_id = || "delivery-0".to_owned();
    let acts = [
        (Act::Amend(Amend { message_id: message_id(), contents: vec![Content::text("better")] }), "amended"),
        (Act::Retract(message_id()), "retracted"),
        (Act::React(React { message_id: message_id(), emoji: Some("👍".to_owned()) }), "reaction"),
        (Act::Seen(message_id()), "seen"),
    ];
    for (act, expected) in acts {
        let (name, data) = published(&delivery(Author::Bot, act));
        assert_eq!((name.as_str(), &data["of"]), (expected, &json!("delivery-0")));
    }
    let (name, data) = published(&delivery(Author::Bot, Act::Typing));
    assert_eq!((name.as_str(), &data["author"]), ("typing", &json!("bot")));
}

#[test]
fn the_delivery_is_the_key_so_that_a_second_send_is_none() {
    let delivery = delivery(Author::Bot, say(vec![Content::text("hi")]));
    for status in [200, 208] {
        let (result, requests) = send(&delivery, &Ok(HttpResponse::status(status)));
        assert_eq!(result, Ok(Receipt::message("delivery-1")), "{status}");
        assert_eq!(header(&requests[0], "idempotency-key").as_deref(), Some("delivery-1"));
        assert!(requests[0].repeatable);
    }
}

#[test]
fn what_went_wrong_on_our_side_is_tried_again() {
    let delivery = delivery(Author::Bot, say(vec![Content::text("hi")]));
    let outcomes = [
        Ok(HttpResponse::status(503)),
        Err(RequestError::Unreachable("no store".to_owned())),
        Err(RequestError::Unknown("a crash".to_owned())),
    ];
    for outcome in outcomes {
        let (result, _) = send(&delivery, &outcome);
        assert_eq!(result, Err(Stop::Fail(Failure::Retry(None))), "{outcome:?}");
    }
    let (result, _) = send(&delivery, &Ok(HttpResponse::text(413, "too large")));
    assert!(matches!(result, Err(Stop::Fail(Failure::Rejected(reason))) if reason.contains("413 too large")));
    let (result, _) = send(&delivery, &Err(RequestError::NotGranted));
    assert!(matches!(result, Err(Stop::Fail(Failure::Unauthorised(_)))));
}

#[test]
fn what_a_browser_cannot_show_is_rejected_with_a_reason() {
    let contents = [
        Content::template("greeting", "de", []),
        Content::native("poll", "A poll", &json!({})),
        Media::new(MediaKind::Image, MediaSource::Platform("x".to_owned())).into(),
    ];
    for content in contents {
        let (result, requests) = send(&delivery(Author::Bot, say(vec![content])), &Ok(HttpResponse::status(200)));
        assert!(matches!(result, Err(Stop::Fail(Failure::Rejected(_)))), "{result:?}");
        assert!(requests.is_empty());
    }
}

#[test]
fn an_address_that_is_no_visitor_is_not_published_to() {
    let mut delivery = delivery(Author::Bot, say(vec![Content::text("hi")]));
    for address in ["", "../other/x", "0123456789ABCDEF0123456789ABCDEF", "{secret:session-secret}"] {
        delivery.thread.address = address.to_owned();
        let (result, requests) = send(&delivery, &Ok(HttpResponse::status(200)));
        assert!(matches!(result, Err(Stop::Fail(Failure::Rejected(_)))), "{address}");
        assert!(requests.is_empty(), "{address}");
    }
}
