//! Every recorded webhook ends in what the table beside this file says: events, a note in the log, or a refusal.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use std::collections::BTreeMap;

use common::{fixtures, read, receive, signed};
use serde_json::Value;
use sportello_sdk::types::{Content, Event, Happening};

/// One line a payload: its name, and what it becomes.
const EXPECTED: &str = include_str!("webhooks.txt");

#[test]
fn every_recorded_webhook_becomes_what_the_table_says() {
    let Some(outcomes) = outcomes() else { return };
    let expected: BTreeMap<String, String> = EXPECTED
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, kind)| (name.into(), kind.into()))
        .collect();
    let differing: Vec<String> = outcomes
        .iter()
        .filter(|(name, outcome)| expected.get(*name) != Some(outcome))
        .map(|(name, outcome)| format!("{name} = {outcome}"))
        .collect();
    assert!(differing.is_empty(), "not as in webhooks.txt:\n{}", differing.join("\n"));
    let missing: Vec<&String> = expected.keys().filter(|name| !outcomes.contains_key(*name)).collect();
    assert!(missing.is_empty(), "in webhooks.txt and nowhere else: {missing:?}");
}

fn outcomes() -> Option<BTreeMap<String, String>> {
    let mut outcomes = BTreeMap::new();
    for (name, payload) in payloads()? {
        outcomes.insert(name, outcome(&payload));
    }
    Some(outcomes)
}

/// The payloads of three collections, each under a name of its own.
fn payloads() -> Option<Vec<(String, Value)>> {
    let mut payloads = vec![];
    let files = |folder: &str| {
        let mut files: Vec<_> = std::fs::read_dir(fixtures(folder)?)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        Some(files.into_iter().map(|path| {
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (stem, read(&path))
        }))
    };
    for (file, bodies) in files("pywa/updates")? {
        for (name, body) in bodies.as_object().expect("named payloads") {
            payloads.push((format!("pywa/{file}/{name}"), body.clone()));
        }
    }
    for (file, body) in files("netflie-whatsapp-cloud-api/payloads")? {
        payloads.push((format!("netflie/{}", file.trim_start_matches("test_build_from_payload_")), body));
    }
    for (file, example) in files("facebook-openapi/examples")? {
        if let Some(name) = file.strip_prefix("webhook_req_") {
            payloads.push((format!("meta/{name}"), example["value"].clone()));
        }
    }
    Some(payloads)
}

fn outcome(payload: &Value) -> String {
    match receive(signed(payload.to_string().as_bytes())) {
        Ok(reception) if reception.events.is_empty() => "noted".to_owned(),
        Ok(reception) => reception.events.iter().map(described).collect::<Vec<_>>().join(", "),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn described(event: &Event) -> String {
    assert!(!event.id.is_empty(), "an event without an id: {event:?}");
    assert!(event.account.is_some() && event.thread.is_some(), "an event from nowhere: {event:?}");
    assert!(event.at > 1_500_000_000_000, "seconds taken for milliseconds: {event:?}");
    let list = |contents: &[Content]| contents.iter().map(of_content).collect::<Vec<_>>().join(" + ");
    match &event.happening {
        Happening::Message(message) => format!("message: {}", list(&message.contents)),
        Happening::Echo(message) => format!("echo: {}", list(&message.contents)),
        Happening::Edited(edit) => format!("edited {}: {}", edit.message_id, list(&edit.contents)),
        Happening::Deleted(id) => format!("deleted {id}"),
        Happening::Reaction(reaction) => format!("reaction {:?} to {}", reaction.emoji, reaction.message_id),
        Happening::Referral(referral) => format!("referral {} {:?}", referral.source, referral.reference),
        Happening::Status(status) => format!("status {:?} {:?}", status.of, status.state),
        Happening::Consent(consent) => format!("consent {:?} {}", consent.topic, consent.granted),
        Happening::AddressChanged(change) => format!("address {} to {}", change.old, change.new),
        Happening::Typing(_) => "typing".to_owned(),
    }
}

fn of_content(content: &Content) -> String {
    match content {
        Content::Text(text) => format!("text {text:?}"),
        Content::Media(media) => format!("{:?} {:?} {:?}", media.kind, media.source, media.caption),
        Content::Location(place) => format!("location {} {} {:?}", place.latitude, place.longitude, place.name),
        Content::Contacts(cards) => {
            let cards: Vec<String> = cards.iter().map(|card| format!("{} {:?}", card.name, card.phones)).collect();
            format!("contacts {}", cards.join(" and "))
        }
        Content::Selection(selection) => {
            format!("selection {} {:?} data {}", selection.id, selection.title, selection.data.is_some())
        }
        Content::Native(native) => format!("native {} {:?}", native.kind, native.summary),
        Content::Choices(_) | Content::Template(_) => "nothing that customers send".to_owned(),
    }
}
