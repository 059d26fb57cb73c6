//! What platforms tell of our messages (rule 15).
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{DeliveryState, Failure, StatusOf},
    delivery::{OutboxState, Progress},
    ids::{ConversationId, DeliveryId},
};

use super::world::{NOW, World, acceptance, finish, receipt};
use crate::ports::store::{Accepted, Finish, Head, PART_LOST};

fn of(platform_id: &str) -> StatusOf {
    StatusOf::Message(platform_id.into())
}

fn failed() -> DeliveryState {
    DeliveryState::Failed(Failure::Rejected("no such number".into()))
}

fn lost() -> OutboxState {
    OutboxState::Dead(Failure::Rejected("no such number".into()))
}

async fn told(world: &World<'_>, address: Option<&str>, of: StatusOf, state: DeliveryState) -> Accepted {
    world.accept_one(world.status(address, of, state)).await
}

fn about(conversation: ConversationId, delivery: DeliveryId) -> Accepted {
    Accepted::Status { delivery: Some((conversation, delivery)) }
}

pub async fn statuses_move_a_delivery_forward_only(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    world.sent(conversation, "p1").await;
    let steps = [
        (DeliveryState::Delivered, Progress::Delivered),
        (DeliveryState::Accepted, Progress::Delivered),
        (DeliveryState::Read, Progress::Read),
        (DeliveryState::Delivered, Progress::Read),
        (DeliveryState::Read, Progress::Read),
    ];
    for (state, expected) in steps {
        assert_eq!(told(world, Some("anna"), of("p1"), state).await, about(conversation, ids[0]));
        assert_eq!(world.delivery(ids[0]).await.progress, Some(expected));
    }
    assert_eq!(world.state(ids[0]).await, OutboxState::Sent);
}

pub async fn a_status_may_come_before_its_receipt(world: &World<'_>) {
    for (address, named) in [("anna", true), ("bert", false)] {
        let (conversation, ids) = world.answered(address, "m1", 1).await;
        let thread = named.then_some(address);
        let early = told(world, thread, of(&format!("{address} p1")), DeliveryState::Delivered).await;
        assert_eq!(early, Accepted::Status { delivery: None });
        told(world, thread, of(&format!("{address} p1")), DeliveryState::Accepted).await;
        world.sent(conversation, &format!("{address} p1")).await;
        let item = world.delivery(ids[0]).await;
        assert_eq!((item.state, item.progress), (OutboxState::Sent, Some(Progress::Delivered)), "{address}");
    }
}

pub async fn a_failure_before_the_receipt_is_told_with_it(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    told(world, Some("anna"), of("p1"), failed()).await;
    told(world, Some("anna"), of("p1"), DeliveryState::Accepted).await;
    assert_eq!(world.notes(conversation).await, 0);
    let item = world.sending(conversation).await.item;
    let done = Finish { receipt: Some(receipt("p1")), ..finish(&item, OutboxState::Sent) };
    assert!(!world.store.finish(done).await.unwrap().late);
    assert_eq!(world.state(ids[0]).await, lost());
    assert_eq!(world.state(ids[1]).await, OutboxState::Cancelled(PART_LOST.into()));
    assert_eq!(world.notes(conversation).await, 1);
    let now = world.conversation(conversation).await;
    assert_eq!((now.owner.kind(), now.owner_epoch), ("queue", 1));
}

pub async fn a_failure_after_sent_makes_a_dead_letter_and_tells_a_person_once(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    world.sent(conversation, "p1").await;
    for _ in 0..2 {
        assert_eq!(told(world, None, of("p1"), failed()).await, about(conversation, ids[0]));
    }
    assert_eq!(world.state(ids[0]).await, lost());
    assert_eq!(world.state(ids[1]).await, OutboxState::Cancelled(PART_LOST.into()));
    assert!(matches!(world.head(conversation, NOW).await, Head::Idle));
    assert_eq!(world.notes(conversation).await, 1);
    let now = world.conversation(conversation).await;
    let sportello_domain::conversation::Owner::Queue(waiting) = now.owner else { panic!("{:?}", now.owner) };
    assert_eq!((waiting.queue.as_str(), waiting.since, now.owner_epoch), ("service", NOW, 1));
    assert_eq!(world.store.dead_letters(10).await.unwrap().len(), 1);
}

/// A delivery in each state that our own id may settle.
async fn unsettled(world: &World<'_>, address: &str, state: Option<OutboxState>) -> (ConversationId, DeliveryId) {
    let (conversation, ids) = world.answered(address, "m1", 1).await;
    let item = world.sending(conversation).await.item;
    if let Some(state) = state {
        world.store.finish(finish(&item, state)).await.unwrap();
    }
    (conversation, ids[0])
}

pub async fn our_own_id_settles_what_was_not_known(world: &World<'_>) {
    let states = [
        ("anna", None),
        ("bert", Some(OutboxState::Unknown { hold_until: NOW + 120_000 })),
        ("carl", Some(OutboxState::Unresolved)),
        ("dora", Some(OutboxState::Queued { due_at: NOW + 1 })),
    ];
    for (address, state) in states {
        let (conversation, id) = unsettled(world, address, state).await;
        let own = StatusOf::Delivery(id.to_string());
        assert_eq!(told(world, None, own, DeliveryState::Accepted).await, about(conversation, id));
        let item = world.delivery(id).await;
        assert_eq!((&item.state, item.progress), (&OutboxState::Sent, Some(Progress::Accepted)), "{address}");
        assert!(matches!(world.head(conversation, NOW + 500).await, Head::Idle));
        let late = Finish {
            attempt: 1,
            receipt: Some(receipt(address)),
            ..finish(&item, OutboxState::Unknown { hold_until: NOW + 120_000 })
        };
        assert!(world.store.finish(late).await.unwrap().late);
        told(world, None, of(address), DeliveryState::Read).await;
        let item = world.delivery(id).await;
        assert_eq!((item.state, item.progress), (OutboxState::Sent, Some(Progress::Read)), "the receipt was taken in");
    }
    let (conversation, id) = unsettled(world, "emil", None).await;
    told(world, None, StatusOf::Delivery(id.to_string()), failed()).await;
    assert_eq!(world.state(id).await, lost());
    assert_eq!(world.notes(conversation).await, 1);
}

pub async fn another_channel_settles_nothing(world: &World<'_>) {
    let (conversation, id) = unsettled(world, "anna", None).await;
    for of in [StatusOf::Delivery(id.to_string()), of("p1")] {
        let mut foreign = acceptance([world.status(None, of, failed())]);
        foreign.channel = "telegram".into();
        assert_eq!(world.store.accept(foreign).await.unwrap().events, [Accepted::Status { delivery: None }]);
    }
    let item = world.delivery(id).await;
    assert!(matches!(item.state, OutboxState::Sending { .. }));
    let done = Finish { receipt: Some(receipt("p1")), ..finish(&item, OutboxState::Sent) };
    world.store.finish(done).await.unwrap();
    assert_eq!((world.state(id).await, world.notes(conversation).await), (OutboxState::Sent, 0));
}

pub async fn a_lost_delivery_stays_lost(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    world.sent(conversation, "p1").await;
    told(world, None, of("p1"), failed()).await;
    told(world, None, of("p1"), DeliveryState::Delivered).await;
    let other = DeliveryState::Failed(Failure::Blocked);
    told(world, None, StatusOf::Delivery(ids[0].to_string()), other).await;
    let item = world.delivery(ids[0]).await;
    assert_eq!((item.state, item.progress), (lost(), Some(Progress::Delivered)), "the first reason stays");

    world.store.resend(ids[0], NOW, NOW + 900).await.unwrap();
    assert_eq!(told(world, None, of("p1"), failed()).await, Accepted::Status { delivery: None });
    let item = world.delivery(ids[0]).await;
    assert_eq!((item.platform_ids.len(), item.progress), (0, None), "news of the lost one are not of the new one");
    assert_eq!(item.state, OutboxState::Queued { due_at: NOW });
}

pub async fn read_up_to_a_time_moves_what_was_sent_by_then(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 3).await;
    for sent_at in [NOW, NOW + 10] {
        let item = world.sending(conversation).await.item;
        let done = Finish { now: sent_at, ..finish(&item, OutboxState::Sent) };
        world.store.finish(done).await.unwrap();
    }
    let (other, others) = world.answered("bert", "m1", 1).await;
    world.sent(other, "p1").await;
    let read = told(world, Some("anna"), StatusOf::UpTo(NOW + 9), DeliveryState::Read).await;
    assert_eq!(read, about(conversation, ids[0]));
    let mut progress = Vec::new();
    for id in ids.iter().chain(&others) {
        progress.push(world.delivery(*id).await.progress);
    }
    assert_eq!(progress, [Some(Progress::Read), None, None, None]);
    assert!(matches!(world.state(ids[2]).await, OutboxState::Queued { .. }));
    let none = told(world, Some("nobody"), StatusOf::UpTo(NOW + 9), DeliveryState::Read).await;
    assert_eq!(none, Accepted::Status { delivery: None });
}

pub async fn the_same_platform_id_in_two_chats_means_two_messages(world: &World<'_>) {
    let (anna, annas) = world.answered("anna", "m1", 1).await;
    let (bert, berts) = world.answered("bert", "m1", 1).await;
    let early = told(world, Some("bert"), of("5"), DeliveryState::Read).await;
    assert_eq!(early, Accepted::Status { delivery: None });
    world.sent(anna, "5").await;
    assert_eq!(world.delivery(annas[0]).await.progress, None);
    world.sent(bert, "5").await;
    assert_eq!(world.delivery(berts[0]).await.progress, Some(Progress::Read));
    assert_eq!(told(world, Some("anna"), of("5"), failed()).await, about(anna, annas[0]));
    assert_eq!(world.state(berts[0]).await, OutboxState::Sent);
}

pub async fn an_address_written_in_another_way_still_finds_its_message(world: &World<'_>) {
    let (conversation, ids) = world.answered("+5511987654321", "m1", 2).await;
    let other_way = Some("551187654321");
    told(world, other_way, of("p1"), DeliveryState::Delivered).await;
    world.sent(conversation, "p1").await;
    assert_eq!(world.delivery(ids[0]).await.progress, Some(Progress::Delivered));
    world.sent(conversation, "p2").await;
    assert_eq!(told(world, other_way, of("p2"), DeliveryState::Read).await, about(conversation, ids[1]));
    assert_eq!(world.delivery(ids[1]).await.progress, Some(Progress::Read));
}

pub async fn a_status_of_nothing_we_sent_is_taken_all_the_same(world: &World<'_>) {
    let strange = [of("p9"), StatusOf::Delivery("not one of ours".into()), StatusOf::UpTo(NOW)];
    for of in strange {
        for state in [DeliveryState::Read, failed()] {
            assert_eq!(told(world, None, of.clone(), state).await, Accepted::Status { delivery: None });
        }
    }
    assert!(world.store.conversations(Default::default(), 10).await.unwrap().is_empty());
}

pub async fn news_of_one_message_are_not_taken_for_anothers(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    told(world, Some("anna"), of("p1"), DeliveryState::Read).await;
    world.sent(conversation, "p1").await;
    world.sent(conversation, "p1").await;
    assert_eq!(world.delivery(ids[0]).await.progress, Some(Progress::Read));
    assert_eq!(world.delivery(ids[1]).await.progress, None, "the platform used its id again");
}
