//! Looking ahead: what comes next, found in the same transaction as what was just kept.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{conversation::Owner, delivery::OutboxState};

use super::world::{NOW, World, acceptance, finish, receipt, waiting};
use crate::ports::store::{Finish, Head, Incoming, Look, StoreError, Taken};

const LOOK: Option<Look> = Some(Look { now: NOW, deadline: NOW + 30_000 });

async fn accept(world: &World<'_>, events: impl IntoIterator<Item = Incoming>) -> Taken {
    let mut acceptance = acceptance(events);
    acceptance.claim = Some(10);
    world.store.accept(acceptance).await.unwrap()
}

pub async fn accepting_claims_the_lanes_that_were_idle(world: &World<'_>) {
    let events = [world.message("anna", "m1"), world.message("anna", "m2"), world.message("bert", "m1")];
    let taken = accept(world, events).await;
    let heads: Vec<_> = taken.claims.iter().map(|claim| (claim.contact.id, claim.item.seq)).collect();
    assert_eq!(heads.len(), 2, "one lane each: {taken:?}");
    assert!(heads.iter().all(|(_, seq)| *seq == 1));
    assert!(taken.claims.iter().all(|claim| claim.history.is_empty()), "items that wait are no history: {taken:?}");
    // The claim holds: it commits, and a claim before it would not.
    let claim = &taken.claims[0];
    world.store.commit_turn(world.turn(claim)).await.unwrap();
    let next = world.claim(claim.conversation.id).await;
    assert_eq!((next.item.seq, next.history.len()), (2, 1));
}

pub async fn a_lane_at_work_is_not_claimed_by_accepting(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let claim = world.claim(conversation).await;
    assert!(accept(world, [world.message("anna", "m2")]).await.claims.is_empty());
    world.store.commit_turn(world.turn(&claim)).await.unwrap();
}

pub async fn a_duplicate_claims_nothing(world: &World<'_>) {
    let first = accept(world, [world.message("anna", "m1")]).await.claims.remove(0);
    assert!(accept(world, [world.message("anna", "m1")]).await.claims.is_empty());
    world.store.commit_turn(world.turn(&first)).await.unwrap();
}

pub async fn accepting_fences_an_older_claim_of_the_lane(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let old = world.claim(conversation).await;
    world.store.commit_turn(world.turn(&old)).await.unwrap();
    let claim = accept(world, [world.message("anna", "m2")]).await.claims.remove(0);
    let mut late = world.turn(&claim);
    late.lane_token = old.conversation.lane_token;
    assert!(matches!(world.store.commit_turn(late).await, Err(StoreError::LaneLost)));
    world.store.commit_turn(world.turn(&claim)).await.unwrap();
}

pub async fn a_committed_turn_may_begin_to_send(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    let ids = world.says(&mut commit, 2);
    commit.send = LOOK;
    let head = world.store.commit_turn(commit.clone()).await.unwrap().head;
    let Some(Head::Send(sending)) = head else { panic!("{head:?}") };
    assert_eq!((sending.item.id, sending.item.attempt), (ids[0], 1));
    assert_eq!(world.state(ids[0]).await, OutboxState::Sending { deadline: NOW + 30_000 });
    // The same commit again tells that it is under way, and does not begin it twice.
    let again = world.store.commit_turn(commit).await.unwrap().head;
    assert_eq!(again, Some(Head::Wait(NOW + 30_000)));
}

pub async fn a_turn_without_an_answer_finds_nothing_to_send(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    commit.send = LOOK;
    assert_eq!(world.store.commit_turn(commit).await.unwrap().head, Some(Head::Idle));
}

pub async fn a_turn_that_hands_over_begins_to_send_its_notice(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    world.says(&mut commit, 1);
    commit.owner = Some(Owner::Queue(waiting()));
    commit.send = LOOK;
    let head = world.store.commit_turn(commit).await.unwrap().head;
    assert!(matches!(head, Some(Head::Send(_))), "{head:?}");
}

pub async fn finishing_looks_at_the_next(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    let item = world.sending(conversation).await.item;
    let done = Finish { receipt: Some(receipt("p1")), next: LOOK, ..finish(&item, OutboxState::Sent) };
    let head = world.store.finish(done).await.unwrap().head;
    let Some(Head::Send(sending)) = head else { panic!("{head:?}") };
    assert_eq!(sending.item.id, ids[1]);
    let done = Finish { next: LOOK, ..finish(&sending.item, OutboxState::Sent) };
    assert_eq!(world.store.finish(done).await.unwrap().head, Some(Head::Idle));
}

pub async fn a_pause_of_the_channel_holds_the_next(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 2).await;
    let item = world.sending(conversation).await.item;
    let paused = Finish { pause_channel: Some(NOW + 5_000), next: LOOK, ..finish(&item, OutboxState::Sent) };
    assert_eq!(world.store.finish(paused).await.unwrap().head, Some(Head::Wait(NOW + 5_000)));
}
