//! Outgoing bodies are what Meta's own description of its API demands.
//!
//! That description has faults that would let nothing pass. They are mended before it is used, and nothing else:
//! - `additionalProperties: false` stands inside `allOf`, where it forbids what the other members demand; meant is
//!   `unevaluatedProperties: false` around them;
//! - messages may carry `biz_opaque_callback_data`, which it knows for calls only.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use common::{delivery, fixtures, request, say};
use serde_json::{Value, json};
use sportello_sdk::channel::{Act, React, Say};
use sportello_sdk::types::{ContactCard, Content, Media, MediaKind, MediaSource, Parameter, Template};
use sportello_sdk::{answer as choice, link};

fn validator() -> Option<jsonschema::Validator> {
    let path = fixtures("facebook-openapi")?.join("business-messaging-api_v23.0.yaml");
    let text = std::fs::read_to_string(path).expect("a readable description");
    let description: Value = serde_yaml_ng::from_str(&text).expect("a description in YAML");
    let mut schemas = description["components"]["schemas"].clone();
    for schema in schemas.as_object_mut().expect("schemas").values_mut() {
        mend(schema);
    }
    let root = json!({"$ref": "#/components/schemas/Message", "components": {"schemas": schemas}});
    Some(jsonschema::draft202012::new(&root).expect("a schema"))
}

fn mend(schema: &mut Value) {
    let is_message = schema["allOf"][0]["$ref"] == "#/components/schemas/BaseMessageProperties";
    if !is_message {
        return;
    }
    let own = schema["allOf"][1].as_object_mut().expect("the message's own members");
    if own.remove("additionalProperties").is_some() {
        schema["unevaluatedProperties"] = json!(false);
        schema["properties"] = json!({"biz_opaque_callback_data": {"type": "string", "maxLength": 512}});
    }
}

fn examples() -> Vec<(&'static str, Vec<Content>)> {
    let media = |kind, url: &str| Content::Media(Media::at(kind, url));
    let text = |text: &str| Parameter::Text(text.to_owned());
    let card = ContactCard {
        name: "Ada Lovelace".to_owned(),
        phones: vec!["+41790000000".to_owned()],
        emails: vec!["ada@post.example".to_owned()],
    };
    let template = Template {
        name: "parcel_arrived".to_owned(),
        language: "de-CH".to_owned(),
        parameters: vec![
            ("header".to_owned(), vec![Parameter::Media(Media::at(MediaKind::Image, "https://a.example/i.jpg"))]),
            ("body".to_owned(), vec![text("Ada"), text("990012345612345678")]),
        ],
    };
    let document =
        Media { file_name: Some("a.pdf".to_owned()), ..Media::at(MediaKind::Document, "https://a.example/a.pdf") };
    let four = (0..4).map(|number| choice(format!("{number}"), format!("Answer {number}")).describe("What it means"));
    vec![
        ("text", vec![Content::text("See https://post.example")]),
        ("image", vec![media(MediaKind::Image, "https://a.example/i.jpg"), Content::text("Look")]),
        ("image by id", vec![Media::new(MediaKind::Image, MediaSource::Platform("77".to_owned())).into()]),
        ("audio", vec![media(MediaKind::Audio, "https://a.example/a.mp3")]),
        ("video", vec![media(MediaKind::Video, "https://a.example/v.mp4")]),
        ("document", vec![document.into()]),
        ("sticker", vec![media(MediaKind::Sticker, "https://a.example/s.webp")]),
        ("location", vec![Content::location(46.948, 7.4474, Some("Post".to_owned()), Some("Bern".to_owned()))]),
        ("contacts", vec![Content::Contacts(vec![card])]),
        ("buttons", vec![Content::choices("Which?", [choice("a", "One"), choice("b", "Two"), choice("c", "Three")])]),
        ("list", vec![Content::choices("Which?", four)]),
        ("template", vec![Content::Template(template)]),
        ("bare template", vec![Content::template("hello_world", "en-US", [])]),
    ]
}

#[test]
fn outgoing_messages_are_what_the_api_demands() {
    let Some(validator) = validator() else { return };
    for (name, contents) in examples() {
        let (body, _) = request(&say(contents));
        let faults: Vec<String> = validator.iter_errors(&body).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {body}\n{}", faults.join("\n"));
    }
    let reply = Say { subject: None, contents: vec![Content::text("Hi")], reply_to: Some("wamid.A".to_owned()) };
    let react = React { message_id: "wamid.A".to_owned(), emoji: Some("👍".to_owned()) };
    for act in [Act::Say(reply), Act::React(react)] {
        let (body, _) = request(&delivery(act));
        assert!(validator.is_valid(&body), "{body}");
    }
}

#[test]
fn the_description_still_tells_right_from_wrong() {
    let Some(validator) = validator() else { return };
    let (body, _) = request(&say(vec![Content::choices("Which?", [choice("a", "One")])]));
    assert!(validator.is_valid(&body));
    let mut too_long = body.clone();
    too_long["interactive"]["action"]["buttons"][0]["reply"]["title"] = json!("x".repeat(21));
    assert!(!validator.is_valid(&too_long));
    let mut unknown = body.clone();
    unknown["interactiv"] = json!({});
    assert!(!validator.is_valid(&unknown));
    let mut lost = body;
    lost.as_object_mut().expect("a body").remove("to");
    assert!(!validator.is_valid(&lost));
    // What it does not know is not sent to it: the button that opens a page.
    let (page, _) = request(&say(vec![Content::choices("Track it", [link("Open", "https://post.example/t")])]));
    assert!(!validator.is_valid(&page));
}
