//! What is asked of Telegram is what Telegram's own description of its Bot API knows: methods, parameters, and their types.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{Asked, asked, context, delivery, done, fixtures, request, say, thread};
use plugin_telegram::Telegram;
use serde_json::{Value, json};
use sportello_sdk::channel::{Act, Amend, Channel, Chore, Delivery, React, Say};
use sportello_sdk::types::{
    Choice, ChoiceKind, ContactCard, Content, HttpRequest, Media, MediaKind, MediaSource, Visibility,
};
use sportello_sdk::{answer as choice, link, testing};

fn description() -> Option<Value> {
    let path = fixtures("telegram-bot-api-spec")?.join("api.min.json");
    let text = std::fs::read_to_string(path).expect("a readable description");
    Some(serde_json::from_str(&text).expect("a description in JSON"))
}

/// What is wrong with a call.
fn faults(api: &Value, call: &Asked) -> Vec<String> {
    let method = &api["methods"][&call.method];
    if method.is_null() {
        return vec![format!("there is no method {}", call.method)];
    }
    members(api, &call.method, method, &call.parameters)
}

fn members(api: &Value, name: &str, kind: &Value, value: &Value) -> Vec<String> {
    let Some(given) = value.as_object() else { return vec![format!("{name} is no object")] };
    let no_fields = vec![];
    let fields = kind["fields"].as_array().unwrap_or(&no_fields);
    let mut faults = vec![];
    for field in fields.iter().filter(|field| field["required"] == true) {
        let field = field["name"].as_str().expect("a name");
        if !given.contains_key(field) {
            faults.push(format!("{name} lacks {field}"));
        }
    }
    for (member, value) in given {
        match fields.iter().find(|field| field["name"] == *member) {
            None => faults.push(format!("{name} knows no {member}")),
            Some(field) => {
                let types: Vec<&str> =
                    field["types"].as_array().expect("types").iter().filter_map(Value::as_str).collect();
                if !types.iter().any(|kind| is(api, kind, value)) {
                    faults.push(format!("{name}.{member} is none of {types:?}: {value}"));
                }
            }
        }
    }
    faults
}

fn is(api: &Value, kind: &str, value: &Value) -> bool {
    if let Some(inner) = kind.strip_prefix("Array of ") {
        return value.as_array().is_some_and(|items| items.iter().all(|item| is(api, inner, item)));
    }
    match kind {
        "String" | "InputFile" => value.is_string(),
        "Integer" => value.is_i64(),
        "Float" => value.is_number(),
        "Boolean" => value.is_boolean(),
        _ => {
            let known = &api["types"][kind];
            let subtypes = known["subtypes"].as_array();
            match subtypes {
                Some(subtypes) => subtypes.iter().filter_map(Value::as_str).any(|kind| is(api, kind, value)),
                None => !known.is_null() && members(api, kind, known, value).is_empty(),
            }
        }
    }
}

fn ask(id: &str, kind: ChoiceKind) -> Choice {
    Choice { kind, ..choice(id, "Share") }
}

fn contents() -> Vec<Content> {
    let media = |kind, url: &str| {
        Content::Media(Media { caption: Some("*Look*".to_owned()), duration: Some(1500), ..Media::at(kind, url) })
    };
    let gif =
        Media { mime_type: Some("image/gif".to_owned()), ..Media::at(MediaKind::Image, "https://a.example/a.gif") };
    let card = ContactCard {
        name: "Ada Lovelace".to_owned(),
        phones: vec!["+41790000000".to_owned()],
        emails: vec!["ada@post.example".to_owned()],
    };
    vec![
        Content::text("It is *here*: https://post.example"),
        media(MediaKind::Image, "https://a.example/i.jpg"),
        media(MediaKind::Audio, "https://a.example/a.mp3"),
        media(MediaKind::Voice, "https://a.example/a.ogg"),
        media(MediaKind::Video, "https://a.example/v.mp4"),
        media(MediaKind::Document, "https://a.example/d.pdf"),
        media(MediaKind::Document, "https://a.example/d.docx"),
        Media::new(MediaKind::Sticker, MediaSource::Platform("CAAC".to_owned())).into(),
        gif.into(),
        Content::location(46.948, 7.4474, None, None),
        Content::location(46.948, 7.4474, Some("Post".to_owned()), None),
        Content::Contacts(vec![card.clone()]),
        Content::Contacts(vec![card.clone(), card]),
        Content::choices("Which?", [choice("a", "One").describe("the first"), link("More", "https://post.example")]),
        Content::choices("Where?", [ask("l", ChoiceKind::AskLocation), ask("p", ChoiceKind::AskPhone)]),
        Content::native(
            "telegram",
            "A poll",
            &json!({"method": "sendPoll", "parameters": {"question": "?", "options": [{"text": "a"}, {"text": "b"}]}}),
        ),
    ]
}

fn deliveries() -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = contents().into_iter().map(|content| say(vec![content])).collect();
    let reply =
        Say { subject: Some("News".to_owned()), contents: vec![Content::text("Hi")], reply_to: Some("5".to_owned()) };
    let amend = |content| Act::Amend(Amend { message_id: "7".to_owned(), contents: vec![content] });
    let react = |emoji: Option<&str>| Act::React(React { message_id: "7".to_owned(), emoji: emoji.map(str::to_owned) });
    let acts = [
        Act::Say(reply),
        amend(Content::text("*Hi*")),
        amend(Content::choices("Which?", [choice("a", "One")])),
        Act::Retract("7".to_owned()),
        react(Some("👍")),
        react(Some("custom:77")),
        react(None),
        Act::Typing,
    ];
    deliveries.extend(acts.into_iter().map(delivery));
    let elsewhere = [
        ("-100", Visibility::Group, Some("33")),
        ("-100", Visibility::Private, Some("direct:42")),
        ("42/b1", Visibility::Private, None),
    ];
    for (address, visibility, parent) in elsewhere {
        for act in [
            Act::Say(Say { subject: None, contents: vec![Content::text("Hi")], reply_to: None }),
            Act::Retract("7".to_owned()),
        ] {
            let mut there = delivery(act);
            there.thread =
                sportello_sdk::types::Thread { visibility, parent: parent.map(str::to_owned), ..thread(address) };
            deliveries.push(there);
        }
    }
    deliveries
}

/// What the rest of the plugin asks: chores, polls, files.
fn other_requests() -> Vec<Asked> {
    let mut requests: Vec<HttpRequest> = vec![];
    let answer = |request: &HttpRequest| {
        let result = if request.url.ends_with("getUpdates") { json!([]) } else { json!({"file_path": "f/1.jpg"}) };
        (request.clone(), done(&result))
    };
    let mut record = |request: &HttpRequest| {
        let (request, outcome) = answer(request);
        requests.push(request);
        outcome
    };
    for chore in [Chore::Connect, Chore::Check, Chore::Disconnect] {
        testing::drive(|exchanges| Telegram::tend(&context(exchanges), chore), &mut record).expect("health");
    }
    for cursor in [None, Some("17".to_owned())] {
        testing::drive(|exchanges| Telegram::poll(&context(exchanges), cursor.clone()), &mut record).expect("updates");
    }
    let media = Media::new(MediaKind::Image, MediaSource::Platform("F".to_owned()));
    testing::drive(|exchanges| Telegram::resolve_media(&context(exchanges), media.clone()), &mut record)
        .expect("a file");
    requests.iter().map(asked).collect()
}

#[test]
fn every_request_is_what_the_bot_api_knows() {
    let Some(api) = description() else { return };
    let sent: Vec<Asked> = deliveries().iter().map(request).collect();
    for call in sent.iter().chain(&other_requests()) {
        let faults = faults(&api, call);
        assert!(faults.is_empty(), "{call:?}\n{}", faults.join("\n"));
    }
}

#[test]
fn only_what_shows_something_new_is_not_repeatable() {
    for call in deliveries().iter().map(request).chain(other_requests()) {
        let shows = call.method.starts_with("send") && call.method != "sendChatAction";
        assert_eq!(call.repeatable, !shows, "{call:?}");
    }
}

#[test]
fn the_updates_that_are_asked_for_exist() {
    let Some(api) = description() else { return };
    let known: Vec<&Value> =
        api["types"]["Update"]["fields"].as_array().expect("fields").iter().map(|field| &field["name"]).collect();
    for call in other_requests() {
        for name in call.parameters["allowed_updates"].as_array().into_iter().flatten() {
            assert!(known.contains(&name), "{name}");
        }
    }
}

#[test]
fn the_description_tells_right_from_wrong() {
    let Some(api) = description() else { return };
    let call = |method: &str, parameters: Value| Asked { method: method.to_owned(), parameters, repeatable: false };
    assert!(faults(&api, &call("sendMessage", json!({"chat_id": 1, "text": "a"}))).is_empty());
    for wrong in [
        call("sendMesage", json!({"chat_id": 1, "text": "a"})),
        call("sendMessage", json!({"chat_id": 1})),
        call("sendMessage", json!({"chat_id": 1, "text": 1})),
        call("sendMessage", json!({"chat_id": 1, "text": "a", "reply_to": 1})),
        call("sendMessage", json!({"chat_id": 1, "text": "a", "entities": [{"type": "bold", "offset": 0}]})),
        call("sendMessage", json!({"chat_id": 1, "text": "a", "reply_markup": {"inline_keyboard": [{"text": "a"}]}})),
    ] {
        assert!(!faults(&api, &wrong).is_empty(), "{wrong:?}");
    }
}
