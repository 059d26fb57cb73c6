//! The table of verdicts.

use std::sync::Arc;

use sportello_domain::{
    contract::{Act, Author, Capabilities, ChannelDescription, Say, Unit},
    ids::{ConversationId, DeliveryId},
    revision::{Grants, PluginKind, Revision},
};

use super::*;

const NOW: Instant = 1_000_000;
const HOLD: Instant = 120_000;

fn at(now: Instant) -> Moment {
    Moment { now, hold: HOLD, random: 0 }
}

fn item() -> OutboxItem {
    OutboxItem {
        id: DeliveryId::new(NOW, 1),
        conversation: ConversationId::new(NOW, 1),
        position: 1,
        turn: None,
        ordinal: 0,
        line: None,
        author: Author::Bot,
        act: Act::Say(Say { subject: None, contents: vec![], reply_to: None }),
        owner_epoch: 1,
        state: OutboxState::Sending { deadline: NOW },
        attempt: 1,
        resends: 0,
        expires_at: NOW + 900_000,
        platform_ids: vec![],
        progress: None,
    }
}

fn channel(echoes: bool, dedupes: Option<u64>) -> Channel {
    Channel {
        name: "whatsapp".to_owned(),
        revision: Arc::new(Revision::new("c", "c", PluginKind::Channel, "", "", String::new(), Grants::default())),
        hook: String::new(),
        description: ChannelDescription {
            name: String::new(),
            version: String::new(),
            summary: String::new(),
            settings_schema: String::new(),
            secrets: vec![],
            hosts: vec![],
            redelivery: None,
            poll_every: None,
        },
        capabilities: Capabilities {
            text_length: 4096,
            text_unit: Unit::CodePoints,
            choices: 3,
            choice_length: 20,
            media_types: vec![],
            media_size: 0,
            abilities: vec![],
            typing: None,
            session_hours: None,
            channel_pace: None,
            thread_pace: None,
            echoes,
            dedupes,
        },
        unknown: UnknownPolicy::Hold,
        read_marks: false,
        polled: false,
    }
}

fn failed(failure: Failure, uncertain: bool) -> Attempt {
    Attempt { result: Err(failure), uncertain, fault: None, took: 0 }
}

fn verdict(failure: Failure, channel: &Channel) -> Verdict {
    of(&item(), failed(failure, false), channel, at(NOW))
}

#[test]
fn a_refusal_is_tried_again_and_nobody_is_bothered() {
    let verdict = verdict(Failure::Retry(Some(5_000)), &channel(false, None));
    assert!(matches!(verdict.state, OutboxState::Queued { due_at } if due_at >= NOW + 5_000));
    assert_eq!((verdict.tell, verdict.resent), (None, false));
}

#[test]
fn a_throttled_delivery_pauses_its_channel() {
    let verdict = verdict(Failure::Throttled(Some(7_000)), &channel(false, None));
    assert!(verdict.pause_channel.is_some_and(|until| until >= NOW + 7_000));
}

#[test]
fn an_unknown_outcome_waits_for_an_echo_where_the_platform_echoes() {
    let verdict = verdict(Failure::Unknown("reset".to_owned()), &channel(true, None));
    assert_eq!(verdict.state, OutboxState::Unknown { hold_until: NOW + HOLD });
    let held = OutboxItem { state: OutboxState::Unknown { hold_until: NOW }, ..item() };
    let again = unsettled(&held, Some(&channel(true, None)), at(NOW));
    assert!(again.resent, "one counted resend");
    let resent = OutboxItem { resends: 1, ..held };
    assert_eq!(unsettled(&resent, Some(&channel(true, None)), at(NOW)).state, OutboxState::Unresolved);
}

#[test]
fn a_sign_that_nobody_knows_of_is_let_go() {
    let sign = OutboxItem { act: Act::Seen("m1".to_owned()), ..item() };
    for state in [OutboxState::Sending { deadline: NOW }, OutboxState::Unknown { hold_until: NOW }] {
        let verdict = unsettled(&OutboxItem { state, ..sign.clone() }, Some(&channel(true, None)), at(NOW));
        assert!(matches!(verdict.state, OutboxState::Cancelled(_)) && !verdict.resent);
    }
}

#[test]
fn an_attempt_that_nobody_ended_waits_for_its_echo_as_well() {
    let verdict = unsettled(&item(), Some(&channel(true, None)), at(NOW));
    assert_eq!(verdict.state, OutboxState::Unknown { hold_until: NOW + HOLD });
}

#[test]
fn an_unknown_outcome_goes_to_a_person_where_nothing_could_settle_it() {
    let verdict = verdict(Failure::Unknown("reset".to_owned()), &channel(false, None));
    assert_eq!(verdict.state, OutboxState::Unresolved);
    assert!(verdict.tell.is_some());
}

#[test]
fn an_operator_may_prefer_twice_to_never_and_gets_it_once() {
    let channel = Channel { unknown: UnknownPolicy::Resend, ..channel(false, None) };
    assert!(verdict(Failure::Unknown("reset".to_owned()), &channel).resent);
    let resent = OutboxItem { resends: 1, ..item() };
    let again = of(&resent, failed(Failure::Unknown("reset".to_owned()), false), &channel, at(NOW));
    assert_eq!(again.state, OutboxState::Unresolved);
}

#[test]
fn a_platform_that_drops_repeats_gets_it_again_within_its_window_only() {
    let inside = of(&item(), failed(Failure::Retry(None), true), &channel(false, Some(60_000)), at(NOW + 59_999));
    assert!(inside.resent);
    let outside = of(&item(), failed(Failure::Retry(None), true), &channel(false, Some(60_000)), at(NOW + 60_000));
    assert_eq!(outside.state, OutboxState::Unresolved);
}

#[test]
fn what_may_have_been_done_is_not_tried_again_because_a_plugin_says_so() {
    let verdict = of(&item(), failed(Failure::Retry(None), true), &channel(false, None), at(NOW));
    assert_eq!(verdict.state, OutboxState::Unresolved);
}

#[test]
fn a_dead_delivery_takes_its_group_along_and_tells_a_person_unless_the_customer_wants_none() {
    let rejected = verdict(Failure::WindowClosed, &channel(false, None));
    assert!(rejected.cancel_group.is_some() && rejected.tell.is_some());
    let blocked = verdict(Failure::Blocked, &channel(false, None));
    assert!(blocked.cancel_group.is_some() && blocked.tell.is_none());
}

#[test]
fn a_sign_is_never_repeated() {
    let typing = OutboxItem { act: Act::Typing, ..item() };
    let verdict = of(&typing, failed(Failure::Retry(None), false), &channel(false, None), at(NOW));
    assert!(matches!(verdict.state, OutboxState::Cancelled(_)));
}
