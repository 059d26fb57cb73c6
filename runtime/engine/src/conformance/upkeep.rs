//! Starting, waking and cleaning.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{Act, Author, Failure, HttpRequest},
    conversation::Stage,
    delivery::OutboxState,
    ids::{ErrandId, ScheduleId, TurnId},
    revision::RevisionId,
};

use super::world::{EXPIRY, NOW, World, acceptance, digest, finish};
use crate::ports::store::{
    Accepted, Freeze, FrozenIntent, Gauges, Head, NewDelivery, PendingErrand, Recovery, Retention, ScheduleChange,
};

pub const FOREVER: Retention = Retention {
    keys: u64::MAX,
    journal: u64::MAX,
    journal_turns: u64::MAX,
    recordings: u64::MAX,
    live: u64::MAX,
    idle: u64::MAX,
};

pub async fn the_installation_key_is_drawn_once(world: &World<'_>) {
    assert_eq!(world.store.installation_key([1; 32]).await.unwrap(), [1; 32]);
    assert_eq!(world.store.installation_key([2; 32]).await.unwrap(), [1; 32]);
}

pub async fn time_never_falls_behind_what_was_told(world: &World<'_>) {
    const HOUR: u64 = 60 * 60 * 1_000;
    let begun = world.store.keep_time(None, NOW).await.unwrap();
    assert_eq!(world.store.keep_time(Some(begun + HOUR), NOW).await.unwrap(), begun + HOUR);
    assert_eq!(
        world.store.keep_time(Some(begun + HOUR / 2), NOW).await.unwrap(),
        begun + HOUR,
        "another node is ahead"
    );
    let again = world.store.keep_time(None, NOW - HOUR).await.unwrap();
    assert!((begun + HOUR..begun + HOUR + 60_000).contains(&again), "what passed after {begun}: {}", again - begun);
}

pub(super) fn request() -> HttpRequest {
    HttpRequest {
        method: "POST".into(),
        url: "https://a.example/".into(),
        headers: Vec::new(),
        body: Vec::new(),
        repeatable: false,
        after: None,
        timeout: None,
        max_age: None,
    }
}

pub async fn after_a_crash_what_was_being_sent_is_unknown(world: &World<'_>) {
    let (anna, annas) = world.answered("anna", "m1", 2).await;
    world.sending(anna).await;
    let mut elsewhere = acceptance([world.message("bert", "m1")]);
    elsewhere.channel = "telegram".into();
    let Accepted::Queued { conversation: bert, .. } = world.store.accept(elsewhere).await.unwrap().events[0] else {
        panic!("not queued")
    };
    let mut commit = world.turn(&world.claim(bert).await);
    world.says(&mut commit, 1);
    world.store.commit_turn(commit).await.unwrap();
    let berts = world.sending(bert).await.item;

    let carl = world.writes("carl", "m1").await;
    let claim = world.claim(carl).await;
    let intent = FrozenIntent { position: 0, digest: digest("a"), request: request(), outcome: None };
    let (lane_token, seq, turn) = (claim.conversation.lane_token, 1, TurnId::new(NOW, 1));
    let revision = RevisionId("faq@1".into());
    let frozen = Freeze { conversation: carl, lane_token, seq, turn, revision, input: "{}".into(), intent };
    world.store.freeze(frozen).await.unwrap();

    let unheld = ["telegram".to_owned()];
    let found = world.store.recover(NOW + 50, NOW + 120_000, &unheld).await.unwrap();
    assert_eq!(found, Recovery { unknown: 2, frozen: 1, lanes: 1 });
    assert_eq!(world.state(annas[0]).await, OutboxState::Unknown { hold_until: NOW + 120_000 });
    assert!(matches!(world.state(annas[1]).await, OutboxState::Queued { .. }));
    assert_eq!(world.state(berts.id).await, OutboxState::Unknown { hold_until: NOW + 50 });
    assert!(matches!(world.head(bert, NOW + 50).await, Head::Unsettled(item) if item.attempt == 1));
    let again = world.store.recover(NOW + 60, NOW + 999_000, &[]).await.unwrap();
    assert_eq!(again, Recovery { unknown: 0, frozen: 1, lanes: 1 });
    assert_eq!(world.state(annas[0]).await, OutboxState::Unknown { hold_until: NOW + 120_000 });
}

pub async fn after_a_crash_a_sign_holds_nobody(world: &World<'_>) {
    for (who, act) in [("anna", Act::Typing), ("bert", Act::Seen("m1".into()))] {
        let id = world.writes(who, "m1").await;
        let mut commit = world.turn(&world.claim(id).await);
        commit.deliveries.push(NewDelivery { act, ..world.part(None, 0, Author::Bot) });
        world.store.commit_turn(commit).await.unwrap();
        world.sending(id).await;
    }
    let carls = world.answered("carl", "m1", 1).await;
    world.sending(carls.0).await;
    let found = world.store.recover(NOW + 50, NOW + 120_000, &[]).await.unwrap();
    assert_eq!(found.unknown, 3);
    let due = world.store.due(NOW + 50, 10).await.unwrap().sends;
    assert!(due.len() == 2 && !due.contains(&carls.0), "{due:?}");
}

pub async fn due_names_lanes_sends_and_errands(world: &World<'_>) {
    let anna = world.writes("anna", "m1").await;
    let (bert, _) = world.answered("bert", "m1", 1).await;
    let errand = PendingErrand {
        id: ErrandId::new(NOW, 1),
        revision: RevisionId("whatsapp@1".into()),
        request: request(),
        due_at: NOW,
        attempts: 0,
    };
    let mut batch = acceptance([]);
    batch.errands.push(errand.clone());
    world.store.accept(batch).await.unwrap();
    let due = world.store.due(NOW, 10).await.unwrap();
    assert_eq!((due.turns, due.sends, due.errands), (vec![anna], vec![bert], vec![errand]));
    world.writes("carl", "m1").await;
    let due = world.store.due(NOW, 1).await.unwrap();
    assert_eq!((due.turns.len(), due.sends.len(), due.errands.len()), (1, 1, 1));
    assert!(world.store.due(NOW, 0).await.unwrap().turns.is_empty());
}

pub async fn due_looks_at_heads_only(world: &World<'_>) {
    let (anna, _) = world.answered("anna", "m1", 2).await;
    let sends = async |now| world.store.due(now, 10).await.unwrap().sends;
    assert_eq!(sends(NOW).await, [anna]);
    let item = world.sending(anna).await.item;
    assert!(sends(NOW + 29_999).await.is_empty(), "a send is under way");
    assert_eq!(sends(NOW + 30_000).await, [anna], "nobody ended it");
    world.store.finish(finish(&item, OutboxState::Unknown { hold_until: NOW + 120_000 })).await.unwrap();
    assert!(sends(NOW + 119_999).await.is_empty(), "an unknown outcome holds the lane");
    assert_eq!(sends(NOW + 120_000).await, [anna]);
    world.store.finish(finish(&item, OutboxState::Queued { due_at: NOW + 2 * EXPIRY })).await.unwrap();
    assert!(sends(NOW + EXPIRY).await.is_empty(), "a backoff");
    assert_eq!(sends(NOW + EXPIRY + 1).await, [anna], "it has lapsed");
    world.store.finish(finish(&item, OutboxState::Expired)).await.unwrap();
    assert_eq!(sends(NOW).await, [anna], "the next one");
    world.sent(anna, "p1").await;
    assert!(sends(NOW + 2 * EXPIRY).await.is_empty());
}

pub async fn idle_conversations_of_the_bot_are_closed(world: &World<'_>) {
    let (anna, _) = world.answered("anna", "m1", 0).await;
    let (taken, _) = world.answered("bert", "m1", 0).await;
    world.store.take(taken, "camille", NOW).await.unwrap();
    let retention = Retention { idle: 1000, ..FOREVER };
    world.store.sweep(NOW + 1000, retention).await.unwrap();
    assert_eq!(world.conversation(anna).await.stage, Stage::Open);
    world.store.sweep(NOW + 1001, retention).await.unwrap();
    assert_eq!(world.conversation(anna).await.stage, Stage::Closed);
    assert_eq!(world.conversation(taken).await.stage, Stage::Open, "a person has it");
    assert_ne!(world.writes("anna", "m2").await, anna);
}

pub async fn what_is_scheduled_or_pending_keeps_a_conversation_open(world: &World<'_>) {
    let item = world.writes("anna", "m1").await;
    let (delivery, _) = world.answered("bert", "m1", 1).await;
    let scheduled = world.writes("carl", "m1").await;
    let mut commit = world.turn(&world.claim(scheduled).await);
    let (id, due_at) = (ScheduleId::new(NOW, 1), NOW + 9_000_000);
    commit.schedules = vec![ScheduleChange::Set { id, skill: "faq".into(), tag: "remind".into(), due_at }];
    world.store.commit_turn(commit).await.unwrap();
    world.store.sweep(NOW + 5000, Retention { idle: 1000, ..FOREVER }).await.unwrap();
    for conversation in [item, delivery, scheduled] {
        assert_eq!(world.conversation(conversation).await.stage, Stage::Open);
    }
    assert_eq!(world.store.fire_schedules(due_at, 10).await.unwrap(), [scheduled]);
}

pub async fn keys_and_journals_are_forgotten_in_their_time(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 0).await;
    world.writes("anna", "m2").await;
    let retention = Retention { keys: 100, journal: 50, ..FOREVER };
    world.store.sweep(NOW + 51, retention).await.unwrap();
    assert!(world.store.turns(conversation).await.unwrap().is_empty());
    assert_eq!(world.claim(conversation).await.item.seq, 2, "what is not done is kept");
    assert_eq!(world.accept_one(world.message("anna", "m1")).await, Accepted::Duplicate);
    world.store.sweep(NOW + 101, retention).await.unwrap();
    assert!(matches!(world.accept_one(world.message("anna", "m1")).await, Accepted::Queued { seq: 3, .. }));
    let done = world.turn(&world.claim(conversation).await);
    assert_eq!(done.record.seq, 2);
    world.store.commit_turn(done).await.unwrap();
}

pub async fn only_so_many_turns_are_kept(world: &World<'_>) {
    let (anna, _) = world.answered("anna", "m1", 0).await;
    let (bert, _) = world.answered("bert", "m1", 0).await;
    world.answered("anna", "m2", 0).await;
    world.store.sweep(NOW, Retention { journal_turns: 2, ..FOREVER }).await.unwrap();
    let kept: Vec<_> = world.store.last_turns(None, 10).await.unwrap();
    assert_eq!(kept.iter().map(|turn| turn.conversation).collect::<Vec<_>>(), [anna, bert]);
    assert_eq!(world.store.turns(anna).await.unwrap()[0].seq, 2);
}

pub async fn gauges_count(world: &World<'_>) {
    assert_eq!(world.store.gauges().await.unwrap(), Gauges::default());
    world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    let (bert, _) = world.answered("bert", "m1", 4).await;
    let item = world.sending(bert).await.item;
    world.store.finish(finish(&item, OutboxState::Dead(Failure::Blocked))).await.unwrap();
    let item = world.sending(bert).await.item;
    world.store.finish(finish(&item, OutboxState::Unknown { hold_until: NOW + 1 })).await.unwrap();
    let mut forged = world.message("anna", "m1");
    forged.fingerprint = [0; 32];
    world.accept_one(forged).await;
    let gauges = Gauges {
        open_conversations: 2,
        waiting_conversations: 0,
        pending_items: 2,
        queued_deliveries: 2,
        unknown_deliveries: 1,
        dead_letters: 1,
        held_deliveries: 0,
        quarantined: 1,
    };
    assert_eq!(world.store.gauges().await.unwrap(), gauges);
}
