//! Every recorded update ends in what the table beside this file says: events, a note in the log, or a refusal; and every
//! recorded refusal of Telegram in a failure.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

mod common;

use std::collections::BTreeMap;

use common::{context, payloads, receive, say, webhook};
use plugin_telegram::Telegram;
use serde_json::Value;
use sportello_sdk::channel::Channel;
use sportello_sdk::types::{Content, Event, Failure, Happening, HttpResponse};
use sportello_sdk::{Stop, testing};

/// One line an update: its name, and what it becomes.
const EXPECTED: &str = include_str!("updates.txt");

#[test]
fn every_recorded_update_becomes_what_the_table_says() {
    let Some(updates) = payloads("nutgram/Updates") else { return };
    let outcomes: BTreeMap<String, String> =
        updates.iter().map(|(name, update)| (name.clone(), outcome(update))).collect();
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
    assert!(differing.is_empty(), "not as in updates.txt:\n{}", differing.join("\n"));
    let missing: Vec<&String> = expected.keys().filter(|name| !outcomes.contains_key(*name)).collect();
    assert!(missing.is_empty(), "in updates.txt and nowhere else: {missing:?}");
}

fn outcome(update: &Value) -> String {
    match receive(webhook(&update.to_string())) {
        Ok(reception) if reception.events.is_empty() => "noted".to_owned(),
        Ok(reception) => reception.events.iter().map(described).collect::<Vec<_>>().join(", "),
        Err(refusal) => format!("{refusal:?}"),
    }
}

fn described(event: &Event) -> String {
    assert!(!event.id.is_empty() && event.account.is_none(), "{event:?}");
    assert!(event.at > 1_500_000_000_000, "seconds taken for milliseconds: {event:?}");
    let thread = event.thread.as_ref().expect("a thread");
    let topic = thread.parent.as_ref().map(|parent| format!("/{parent}")).unwrap_or_default();
    let list = |contents: &[Content]| contents.iter().map(of_content).collect::<Vec<_>>().join(" + ");
    let what = match &event.happening {
        Happening::Message(message) => {
            let reply = message.reply_to.as_ref().map(|id| format!(" to {id}")).unwrap_or_default();
            format!("message{reply}: {}", list(&message.contents))
        }
        Happening::Echo(message) => format!("echo: {}", list(&message.contents)),
        Happening::Edited(edit) => format!("edited {}: {}", edit.message_id, list(&edit.contents)),
        Happening::Deleted(id) => format!("deleted {id}"),
        Happening::Reaction(reaction) => format!("reaction {:?} to {}", reaction.emoji, reaction.message_id),
        Happening::Referral(referral) => format!("referral {} {:?}", referral.source, referral.reference),
        Happening::Consent(consent) => format!("consent {}", consent.granted),
        Happening::AddressChanged(change) => format!("address {} to {}", change.old, change.new),
        Happening::Status(_) | Happening::Typing(_) => "nothing that Telegram tells".to_owned(),
    };
    format!("{:?} {}{topic} {what}", thread.visibility, thread.address)
}

fn of_content(content: &Content) -> String {
    match content {
        Content::Text(text) => format!("text {text:?}"),
        Content::Media(media) => {
            let mime = media.mime_type.as_deref().unwrap_or("?");
            format!("{:?} {:?} {mime} {:?}", media.kind, media.source, media.caption)
        }
        Content::Location(place) => format!("location {} {} {:?}", place.latitude, place.longitude, place.name),
        Content::Contacts(cards) => {
            let cards: Vec<String> = cards.iter().map(|card| format!("{} {:?}", card.name, card.phones)).collect();
            format!("contacts {}", cards.join(" and "))
        }
        Content::Selection(selection) => {
            format!("selection {} {:?} data {:?}", selection.id, selection.title, selection.data)
        }
        Content::Native(native) => format!("native {} {:?}", native.kind, native.summary),
        Content::Choices(_) | Content::Template(_) => "nothing that customers send".to_owned(),
    }
}

#[test]
fn every_recorded_refusal_is_a_failure_with_a_meaning() {
    let Some(responses) = payloads("nutgram/Responses") else { return };
    let failure = |answer: &Value| {
        let status = answer["error_code"].as_u64().and_then(|code| u16::try_from(code).ok()).expect("a code");
        let call = |exchanges| Telegram::send(&context(exchanges), say(vec![Content::text("Hello")]));
        match testing::drive(call, |_| Ok(HttpResponse::json(status, answer))) {
            Err(Stop::Fail(failure)) => failure,
            other => panic!("no failure: {other:?}"),
        }
    };
    let refusals = responses.iter().filter(|(_, answer)| answer["ok"] == false);
    let meanings: BTreeMap<&str, Failure> = refusals.map(|(name, answer)| (name.as_str(), failure(answer))).collect();
    let expected = BTreeMap::from([
        ("too_long", Failure::Rejected("Bad Request: message is too long".to_owned())),
        ("too_many_requests", Failure::Throttled(Some(14_000))),
        ("user_deactivated", Failure::Blocked),
        (
            "wrong_file_id",
            Failure::Rejected("Bad Request: wrong file_id or the file is temporarily unavailable".to_owned()),
        ),
    ]);
    assert_eq!(meanings, expected);
}

#[test]
fn the_recorded_message_of_the_bot_itself_has_an_id() {
    let Some(messages) = payloads("nutgram/Messages") else { return };
    for (name, message) in messages {
        let call = |exchanges| Telegram::send(&context(exchanges), say(vec![Content::text("Hello")]));
        let receipt = testing::drive(call, |_| common::done(&message)).expect("a receipt");
        assert_eq!(receipt.message_ids, [message["message_id"].to_string()], "{name}");
    }
}
