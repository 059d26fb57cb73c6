//! Accepting.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{Content, DeliveryState, DeliveryStatus, Edit, Happening, HttpRequest, LONGEST_ID, StatusOf},
    conversation::{Owner, Stage, Voice},
    ids::{ErrandId, QuarantineId},
    revision::RevisionId,
};

use super::world::{NOW, World, acceptance, digest, event, message, person};
use crate::ports::store::{Accepted, CursorMove, PendingErrand, Quarantined, Quarry, StoreError};

pub async fn a_message_opens_a_conversation_of_the_bot(world: &World<'_>) {
    let incoming = world.message("anna", "m1");
    let id = incoming.fresh.conversation;
    assert_eq!(world.accept_one(incoming.clone()).await, Accepted::Queued { conversation: id, seq: 1 });

    let overview = world.store.conversation(id).await.unwrap().unwrap();
    let conversation = overview.conversation;
    assert_eq!((conversation.id, conversation.channel.as_str()), (id, "whatsapp"));
    assert_eq!((conversation.stage, conversation.owner), (Stage::Open, Owner::Bot));
    assert_eq!((conversation.last_seq, conversation.done_seq), (1, 0));
    assert_eq!((conversation.opened_at, conversation.last_customer_at), (NOW, Some(NOW)));
    assert_eq!(Some(conversation.thread), incoming.event.thread);
    assert_eq!((overview.contact.id, conversation.contact), (incoming.fresh.contact, incoming.fresh.contact));
    let line = overview.last_line.unwrap();
    assert_eq!((line.id, line.voice), (incoming.fresh.line, Voice::Customer));
    assert_eq!((line.platform_id.as_deref(), line.contents), (Some("m1"), vec![Content::Text("m1".into())]));
}

pub async fn the_same_key_again_changes_nothing(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    for _ in 0..10 {
        assert_eq!(world.accept_one(world.message("anna", "m1")).await, Accepted::Duplicate);
    }
    assert_eq!(world.conversation(conversation).await.last_seq, 1);
    assert_eq!(world.store.transcript(conversation).await.unwrap().len(), 1);
}

pub async fn the_same_key_twice_in_one_batch_counts_once(world: &World<'_>) {
    let answers = world.accept([world.message("anna", "m1"), world.message("anna", "m1")]).await;
    assert!(matches!(answers[..], [Accepted::Queued { seq: 1, .. }, Accepted::Duplicate]), "{answers:?}");
}

pub async fn the_same_key_from_another_sender_is_quarantined(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut forged = world.message("anna", "m1");
    forged.fingerprint = digest("somebody else");
    let answers = world.accept([forged.clone(), world.message("anna", "m2")]).await;
    assert_eq!(answers, [Accepted::Conflicting, Accepted::Queued { conversation, seq: 2 }]);
    let quarantined = world.store.quarantined(10).await.unwrap();
    assert_eq!(quarantined.len(), 1);
    assert_eq!((quarantined[0].id, &quarantined[0].what), (forged.fresh.quarantine, &Quarry::Event(forged.event)));
}

pub async fn two_chats_may_use_the_same_message_id(world: &World<'_>) {
    let (anna, bert) = (world.writes("anna", "1").await, world.writes("bert", "1").await);
    assert_ne!(anna, bert);
    assert_eq!(world.claim(bert).await.item.seq, 1);
}

pub async fn items_are_numbered_in_the_order_of_the_batch(world: &World<'_>) {
    let texts = ["m3", "m1", "m2"];
    let answers = world.accept(texts.map(|id| world.message("anna", id))).await;
    let Accepted::Queued { conversation, .. } = answers[0] else { panic!("{answers:?}") };
    for (seq, text) in (1..).zip(texts) {
        assert_eq!(answers[seq as usize - 1], Accepted::Queued { conversation, seq });
        let claim = world.claim(conversation).await;
        assert_eq!(claim.item.seq, seq);
        let expected = event("anna", text, Happening::Message(message("anna", text)));
        assert_eq!(claim.item.arrival, sportello_domain::inbox::Arrival::Event(expected));
        world.store.commit_turn(world.turn(&claim)).await.unwrap();
    }
}

pub async fn an_event_that_cannot_be_placed_never_rejects_its_batch(world: &World<'_>) {
    let lost = || {
        let mut lost = world.message("anna", "m1");
        lost.event.thread = None;
        lost
    };
    let answers = world.accept([lost(), world.message("anna", "m2"), lost()]).await;
    assert!(matches!(answers[..], [Accepted::Unplaceable, Accepted::Queued { seq: 1, .. }, Accepted::Duplicate]));
    assert_eq!(world.store.quarantined(10).await.unwrap().len(), 1);
}

pub async fn what_is_too_long_to_be_looked_up_goes_into_quarantine(world: &World<'_>) {
    let long = "x".repeat(LONGEST_ID + 1);
    let mut far = world.message("anna", "m1");
    far.event.thread.as_mut().unwrap().address.clone_from(&long);
    let state = DeliveryStatus { of: StatusOf::Message(long), state: DeliveryState::Read };
    let status = world.happening("anna", "s1", Happening::Status(state));
    let answers = world.accept([far, world.message("anna", "m2"), status.clone(), status]).await;
    use Accepted::{Duplicate, Queued, Unplaceable};
    assert!(matches!(answers[..], [Unplaceable, Queued { seq: 1, .. }, Unplaceable, Duplicate]), "{answers:?}");
    let reasons: Vec<String> = world.store.quarantined(10).await.unwrap().into_iter().map(|item| item.reason).collect();
    assert!(
        reasons.iter().any(|reason| reason.contains("address"))
            && reasons.iter().any(|reason| reason.contains("message id"))
    );
}

pub async fn what_is_as_long_as_may_be_is_placed_and_found(world: &World<'_>) {
    // Letters by a linear congruential generator, for an index may be compressed.
    let long = |mut state: u64| -> String {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'a' + (state >> 60) as u8)
        };
        (0..LONGEST_ID).map(|_| next()).collect()
    };
    let mut message = world.message("anna", "m1");
    message.event.account = Some(long(1));
    let thread = message.event.thread.as_mut().unwrap();
    (thread.address, thread.parent) = (long(2), Some(long(3)));
    assert!(matches!(world.accept_one(message).await, Accepted::Queued { seq: 1, .. }));
}

pub async fn an_event_too_old_to_be_known_is_stored_and_marked(world: &World<'_>) {
    let mut old = world.message("anna", "m1");
    old.answerable = false;
    let Accepted::Queued { conversation, .. } = world.accept_one(old).await else { panic!("not queued") };
    assert!(!world.claim(conversation).await.item.answerable);
    assert_eq!(world.store.transcript(conversation).await.unwrap().len(), 1);
}

pub async fn an_echo_is_noted_and_asks_for_no_turn(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let echo = world.happening("anna", "e1", Happening::Echo(message("us", "from our phone")));
    assert_eq!(world.accept_one(echo).await, Accepted::Noted(conversation));
    assert_eq!(world.conversation(conversation).await.last_seq, 1);
    let lines = world.store.transcript(conversation).await.unwrap();
    assert_eq!(lines[1].line.voice, Voice::Echo);
}

pub async fn typing_is_passed_by(world: &World<'_>) {
    for _ in 0..2 {
        let typing = world.happening("anna", "t", Happening::Typing(person("anna")));
        assert_eq!(world.accept_one(typing).await, Accepted::Passed);
    }
    assert!(world.store.conversations(Default::default(), 10).await.unwrap().is_empty());
}

pub async fn an_edit_changes_the_line_and_a_deletion_empties_it(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    let contents = vec![Content::Text("better".into())];
    let edit = Happening::Edited(Edit { message_id: "m1".into(), contents: contents.clone() });
    assert_eq!(world.accept_one(world.happening("anna", "e1", edit)).await, Accepted::Queued { conversation, seq: 3 });
    let deleted = world.happening("anna", "d1", Happening::Deleted("m2".into()));
    assert_eq!(world.accept_one(deleted).await, Accepted::Queued { conversation, seq: 4 });
    let lines = world.store.transcript(conversation).await.unwrap();
    assert_eq!((&lines[0].line.contents, lines[0].line.changed), (&contents, true));
    assert_eq!((lines[1].line.contents.len(), lines[1].line.changed), (0, true));
    assert_eq!(lines.len(), 2);
}

pub async fn the_customers_last_time_never_goes_back(world: &World<'_>) {
    let mut ahead = world.message("anna", "m1");
    ahead.event.at = NOW + 9_000_000;
    let Accepted::Queued { conversation, .. } = world.accept_one(ahead).await else { panic!("not queued") };
    assert_eq!(world.conversation(conversation).await.last_customer_at, Some(NOW), "a platform's clock may be wrong");
    let mut late = world.message("anna", "m2");
    late.event.at = NOW - 5_000;
    world.accept_one(late).await;
    assert_eq!(world.conversation(conversation).await.last_customer_at, Some(NOW));
}

pub async fn a_cursor_moves_with_its_events_or_nothing_happens(world: &World<'_>) {
    let moved =
        |from: Option<&str>, to: Option<&str>| Some(CursorMove { from: from.map(Into::into), to: to.map(Into::into) });
    let mut poll = acceptance([world.message("anna", "m1")]);
    poll.cursor = moved(None, Some("7"));
    world.store.accept(poll).await.unwrap();
    assert_eq!(world.store.cursor("whatsapp").await.unwrap().as_deref(), Some("7"));
    assert_eq!(world.store.cursor("telegram").await.unwrap(), None);

    let mut late = acceptance([world.message("anna", "m2")]);
    late.cursor = moved(None, Some("8"));
    assert!(matches!(world.store.accept(late).await, Err(StoreError::CursorMoved)));
    assert_eq!(world.store.cursor("whatsapp").await.unwrap().as_deref(), Some("7"));
    assert!(matches!(world.accept_one(world.message("anna", "m2")).await, Accepted::Queued { seq: 2, .. }));

    let mut end = acceptance([]);
    end.cursor = moved(Some("7"), None);
    world.store.accept(end).await.unwrap();
    assert_eq!(world.store.cursor("whatsapp").await.unwrap(), None);
}

pub async fn errands_are_kept_until_they_are_done(world: &World<'_>) {
    let request = HttpRequest {
        method: "POST".into(),
        url: "https://graph.example/seen".into(),
        headers: vec![("a".into(), "b".into())],
        body: Vec::new(),
        repeatable: true,
        after: None,
        timeout: Some(5),
        max_age: None,
    };
    let errand = |id: u128, due_at| PendingErrand {
        id: ErrandId::new(NOW, id),
        revision: RevisionId("whatsapp@1".into()),
        request: request.clone(),
        due_at,
        attempts: 0,
    };
    let mut batch = acceptance([world.message("anna", "m1")]);
    batch.errands = vec![errand(1, NOW), errand(2, NOW + 1000)];
    world.store.accept(batch).await.unwrap();
    assert_eq!(world.store.due(NOW, 10).await.unwrap().errands, [errand(1, NOW)]);

    world.store.errand_later(ErrandId::new(NOW, 1), NOW + 2000).await.unwrap();
    world.store.errand_done(ErrandId::new(NOW, 2)).await.unwrap();
    assert!(world.store.due(NOW + 1999, 10).await.unwrap().errands.is_empty());
    let due = world.store.due(NOW + 2000, 10).await.unwrap().errands;
    assert_eq!(due, [PendingErrand { attempts: 1, ..errand(1, NOW + 2000) }]);
}

pub async fn strikes_are_counted_by_body(world: &World<'_>) {
    let (one, other) = (digest("one"), digest("other"));
    assert_eq!(world.store.strike("whatsapp", one, NOW).await.unwrap(), 1);
    assert_eq!(world.store.strike("whatsapp", one, NOW).await.unwrap(), 2);
    assert_eq!(world.store.strike("whatsapp", other, NOW).await.unwrap(), 1);
    assert_eq!(world.store.strike("telegram", one, NOW).await.unwrap(), 1);
}

pub async fn quarantine_keeps_the_oldest_first_until_released(world: &World<'_>) {
    let status = world.status(None, StatusOf::UpTo(1), DeliveryState::Read).event;
    let item = |id: u128, at| Quarantined {
        id: QuarantineId::new(NOW, id),
        channel: "whatsapp".into(),
        what: Quarry::Event(status.clone()),
        reason: "its plugin trapped".into(),
        at,
    };
    for item in [item(1, NOW + 2), item(2, NOW), item(3, NOW + 1)] {
        world.store.quarantine(item).await.unwrap();
    }
    assert_eq!(world.store.quarantined(2).await.unwrap(), [item(2, NOW), item(3, NOW + 1)]);
    world.store.release(QuarantineId::new(NOW, 2)).await.unwrap();
    assert_eq!(world.store.quarantined(9).await.unwrap(), [item(3, NOW + 1), item(1, NOW + 2)]);
}

/// Whatever a customer or a platform writes: databases do not like each of these.
pub async fn every_character_is_kept(world: &World<'_>) {
    for odd in ["a\0b", "\0", "\u{1b}", "\u{1b}0", "\u{1b}1\0", "\u{fffd}\u{10ffff}'\"\\$1"] {
        let mut incoming = world.message(odd, &format!("m1 {odd}"));
        incoming.event.thread.as_mut().unwrap().memo = Some(odd.into());
        if let Happening::Message(message) = &mut incoming.event.happening {
            message.sender.name = Some(odd.into());
            message.contents = vec![Content::Text(odd.into())];
        }
        let id = incoming.fresh.conversation;
        assert_eq!(world.accept_one(incoming.clone()).await, Accepted::Queued { conversation: id, seq: 1 }, "{odd:?}");
        assert_eq!(world.accept_one(incoming.clone()).await, Accepted::Duplicate);
        assert_eq!(world.writes(odd, &format!("m2 {odd}")).await, id, "the same thread");
        let overview = world.store.conversation(id).await.unwrap().unwrap();
        assert_eq!(Some(overview.conversation.thread), incoming.event.thread);
        assert_eq!(overview.contact.name.as_deref(), Some(odd));
        let first = world.store.transcript(id).await.unwrap().remove(0).line;
        assert_eq!((first.platform_id, first.contents), (Some(incoming.event.id), vec![Content::Text(odd.into())]));
        let mut commit = world.turn(&world.claim(id).await);
        commit.record.journal.notes = vec![odd.into()];
        world.store.commit_turn(commit).await.unwrap();
        assert_eq!(world.store.turns(id).await.unwrap()[0].journal.notes, [odd]);
    }
    assert_eq!(world.store.gauges().await.unwrap().open_conversations, 6);
}
