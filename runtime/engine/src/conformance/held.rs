//! What is held after a backup was put back (rule 21).
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{Act, Author, DeliveryState, StatusOf},
    delivery::OutboxState,
    ids::{ConversationId, DeliveryId, ScheduleId},
};

use super::world::{EXPIRY, NOW, World};
use crate::ports::store::{DISCARDED, Gauges, Head, LATE_SIGN, NewDelivery, ScheduleChange};

const LATER: u64 = NOW + 60_000;

async fn held(world: &World<'_>) -> Vec<DeliveryId> {
    world.store.held(100).await.unwrap().deliveries.iter().map(|item| item.id).collect()
}

async fn scheduled(world: &World<'_>, address: &str, due_at: u64) -> ConversationId {
    let conversation = world.writes(address, "m1").await;
    schedules(world, conversation, due_at).await;
    conversation
}

/// The turn that is next sets a schedule.
async fn schedules(world: &World<'_>, conversation: ConversationId, due_at: u64) {
    let mut commit = world.turn(&world.claim(conversation).await);
    let id = ScheduleId::new(NOW, world.draw());
    commit.schedules = vec![ScheduleChange::Set { id, skill: "faq".into(), tag: "remind".into(), due_at }];
    world.store.commit_turn(commit).await.unwrap();
}

pub async fn each_backup_that_is_put_back_is_another_generation(world: &World<'_>) {
    assert_eq!(world.store.hold().await.unwrap(), 1);
    assert_eq!(world.store.hold().await.unwrap(), 2);
}

pub async fn what_was_not_final_does_not_leave(world: &World<'_>) {
    let (anna, annas) = world.answered("anna", "m1", 2).await;
    let (bert, berts) = world.answered("bert", "m1", 1).await;
    let (carl, carls) = world.answered("carl", "m1", 1).await;
    world.sending(bert).await;
    world.sent(carl, "w1").await;
    world.store.hold().await.unwrap();
    for conversation in [anna, bert, carl] {
        assert!(matches!(world.head(conversation, LATER).await, Head::Idle));
    }
    assert!(world.store.due(LATER, 10).await.unwrap().sends.is_empty());
    assert_eq!(held(world).await, [annas[0], annas[1], berts[0]]);
    assert_eq!(world.state(carls[0]).await, OutboxState::Sent);
    let gauges = world.store.gauges().await.unwrap();
    assert_eq!(gauges, Gauges { open_conversations: 3, held_deliveries: 3, ..Gauges::default() });
}

pub async fn signs_are_not_held_for_they_would_be_stale(world: &World<'_>) {
    let anna = world.writes("anna", "m1").await;
    let bert = world.writes("bert", "m1").await;
    let says = |conversation| async move {
        let mut commit = world.turn(&world.claim(conversation).await);
        let sign = NewDelivery { act: Act::Typing, line: None, ..world.part(None, 0, Author::Bot) };
        let id = sign.id;
        commit.deliveries.push(sign);
        let said = world.says(&mut commit, 1);
        world.store.commit_turn(commit).await.unwrap();
        (id, said[0])
    };
    let annas = says(anna).await;
    world.store.hold().await.unwrap();
    let berts = says(bert).await;
    assert_eq!(held(world).await, [annas.1, berts.1]);
    for (sign, _) in [annas, berts] {
        assert_eq!(world.state(sign).await, OutboxState::Cancelled(LATE_SIGN.into()));
    }
}

pub async fn what_turns_say_about_items_that_waited_is_held_too(world: &World<'_>) {
    let anna = world.writes("anna", "m1").await;
    world.store.hold().await.unwrap();
    world.writes("anna", "m2").await;
    let mut said = vec![];
    for _ in 0..2 {
        let mut commit = world.turn(&world.claim(anna).await);
        said.extend(world.says(&mut commit, 1));
        world.store.commit_turn(commit).await.unwrap();
    }
    assert_eq!(held(world).await, [said[0]]);
    assert_eq!(world.sending(anna).await.item.id, said[1], "what was written afterwards is answered");
}

pub async fn what_is_released_leaves_once_and_in_order(world: &World<'_>) {
    let (anna, annas) = world.answered("anna", "m1", 2).await;
    let (bert, berts) = world.answered("bert", "m1", 1).await;
    world.sending(anna).await;
    world.store.hold().await.unwrap();
    assert_eq!(world.store.let_go(Some(anna), LATER, LATER + EXPIRY).await.unwrap(), [anna]);
    for id in annas {
        let Head::Send(sending) = world.head(anna, LATER).await else { panic!("it is released") };
        assert_eq!((sending.item.id, sending.item.attempt, sending.item.expires_at), (id, 1, LATER + EXPIRY));
        world.store.finish(super::world::finish(&sending.item, OutboxState::Sent)).await.unwrap();
    }
    assert!(matches!(world.head(anna, LATER).await, Head::Idle));
    assert_eq!(held(world).await, berts, "of the one conversation only");
    assert_eq!(world.store.let_go(None, LATER, LATER + EXPIRY).await.unwrap(), [bert]);
    assert!(world.store.let_go(None, LATER, LATER + EXPIRY).await.unwrap().is_empty());
}

pub async fn what_is_discarded_never_leaves(world: &World<'_>) {
    let (anna, annas) = world.answered("anna", "m1", 1).await;
    scheduled(world, "bert", NOW + 10).await;
    world.store.hold().await.unwrap();
    assert_eq!(world.store.discard_held(None).await.unwrap(), 2);
    assert_eq!(world.state(annas[0]).await, OutboxState::Cancelled(DISCARDED.into()));
    assert!(matches!(world.head(anna, LATER).await, Head::Idle));
    assert!(world.store.fire_schedules(LATER, 10).await.unwrap().is_empty());
    assert_eq!(world.store.discard_held(None).await.unwrap(), 0);
}

pub async fn schedules_are_held_until_they_are_released(world: &World<'_>) {
    let anna = scheduled(world, "anna", NOW + 10).await;
    world.store.hold().await.unwrap();
    assert!(world.store.fire_schedules(LATER, 10).await.unwrap().is_empty());
    let held = world.store.held(10).await.unwrap().schedules;
    assert_eq!((held.len(), held[0].conversation, held[0].tag.as_str(), held[0].due_at), (1, anna, "remind", NOW + 10));
    assert!(world.store.let_go(None, LATER, LATER + EXPIRY).await.unwrap().is_empty(), "no delivery of it");
    assert_eq!(world.store.fire_schedules(LATER, 10).await.unwrap(), [anna]);
}

pub async fn what_turns_schedule_about_items_that_waited_is_held_too(world: &World<'_>) {
    let anna = world.writes("anna", "m1").await;
    world.store.hold().await.unwrap();
    schedules(world, anna, NOW + 10).await;
    assert!(world.store.fire_schedules(LATER, 10).await.unwrap().is_empty());
    assert_eq!(world.store.held(10).await.unwrap().schedules.len(), 1);
    world.writes("anna", "m2").await;
    schedules(world, anna, NOW + 20).await;
    assert_eq!(
        world.store.fire_schedules(LATER, 10).await.unwrap(),
        [anna],
        "what was written afterwards sets it anew"
    );
}

pub async fn news_of_the_platform_settle_what_is_held(world: &World<'_>) {
    let (anna, annas) = world.answered("anna", "m1", 1).await;
    world.sending(anna).await;
    world.store.hold().await.unwrap();
    let of = StatusOf::Delivery(annas[0].to_string());
    world.accept_one(world.status(Some("anna"), of, DeliveryState::Delivered)).await;
    assert_eq!(world.state(annas[0]).await, OutboxState::Sent);
    assert!(held(world).await.is_empty());
}

pub async fn a_platform_that_names_what_is_held_has_it_whatever_the_backup_knew(world: &World<'_>) {
    let (_, annas) = world.answered("anna", "m1", 1).await;
    world.store.hold().await.unwrap();
    let of = StatusOf::Delivery(annas[0].to_string());
    world.accept_one(world.status(Some("anna"), of, DeliveryState::Accepted)).await;
    assert_eq!(world.state(annas[0]).await, OutboxState::Sent, "it was sent after the backup was made");
}
