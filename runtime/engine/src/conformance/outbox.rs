//! Sending.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    contract::{Failure, HandOver, Receipt},
    conversation::{Voice, Waiting},
    delivery::OutboxState,
    ids::{ConversationId, DeliveryId},
};

use super::world::{EXPIRY, NOW, World, acceptance, finish, receipt};
use crate::ports::store::{Accepted, Finish, Head, OWNER_CHANGED, StoreError, Telling};

pub async fn deliveries_leave_in_order_and_one_at_a_time(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 3).await;
    for (position, id) in (1..).zip(ids) {
        let sending = world.sending(conversation).await;
        assert_eq!((sending.item.id, sending.item.position, sending.item.attempt), (id, position, 1));
        assert_eq!(sending.item.state, OutboxState::Sending { deadline: NOW + 30_000 });
        assert_eq!((sending.channel.as_str(), sending.thread.address.as_str()), ("whatsapp", "anna"));
        assert!(matches!(world.head(conversation, NOW).await, Head::Wait(until) if until == NOW + 30_000));
        assert_eq!(world.delivery(id).await, sending.item);
        world.store.finish(finish(&sending.item, OutboxState::Sent)).await.unwrap();
    }
    assert!(matches!(world.head(conversation, NOW).await, Head::Idle));
}

pub async fn a_delivery_waits_for_its_time_and_holds_those_behind(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    let item = world.sending(conversation).await.item;
    world.store.finish(finish(&item, OutboxState::Queued { due_at: NOW + 4000 })).await.unwrap();
    assert!(matches!(world.head(conversation, NOW + 3999).await, Head::Wait(until) if until == NOW + 4000));
    let Head::Send(again) = world.head(conversation, NOW + 4000).await else { panic!("it is due") };
    assert_eq!((again.item.id, again.item.attempt, again.item.resends), (ids[0], 2, 0));
}

pub async fn what_did_not_leave_in_time_has_lapsed(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    let Head::Lapsed(item) = world.head(conversation, NOW + EXPIRY + 1).await else { panic!("it is over") };
    assert_eq!((item.id, item.attempt), (ids[0], 0));
    world.store.finish(finish(&item, OutboxState::Expired)).await.unwrap();
    assert_eq!(world.state(ids[0]).await, OutboxState::Expired);
    assert!(matches!(world.head(conversation, NOW + EXPIRY).await, Head::Send(_)), "its last millisecond");
}

pub async fn a_send_that_nobody_ended_is_unsettled_after_its_deadline(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    world.sending(conversation).await;
    assert!(matches!(world.head(conversation, NOW + 29_999).await, Head::Wait(_)));
    let Head::Unsettled(item) = world.head(conversation, NOW + 30_000).await else { panic!("it is over") };
    assert!(item.id == ids[0] && matches!(item.state, OutboxState::Sending { .. }), "never back to queued by itself");
}

pub async fn an_unknown_outcome_holds_the_lane_for_a_while(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    let item = world.sending(conversation).await.item;
    world.store.finish(finish(&item, OutboxState::Unknown { hold_until: NOW + 120_000 })).await.unwrap();
    assert!(matches!(world.head(conversation, NOW + 119_999).await, Head::Wait(until) if until == NOW + 120_000));
    let Head::Unsettled(item) = world.head(conversation, NOW + 120_000).await else { panic!("the hold is over") };
    assert_eq!(item.id, ids[0]);
    world.store.finish(finish(&item, OutboxState::Unresolved)).await.unwrap();
    assert_eq!(world.sending(conversation).await.item.id, ids[1]);
}

pub async fn a_late_finish_brings_only_its_receipt(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    let first = world.sending(conversation).await.item;
    world.store.finish(finish(&first, OutboxState::Queued { due_at: NOW })).await.unwrap();
    let second = world.sending(conversation).await.item;
    let late = Finish { receipt: Some(receipt("p1")), ..finish(&first, OutboxState::Dead(Failure::Blocked)) };
    assert!(world.store.finish(late).await.unwrap().late);
    let now = world.delivery(ids[0]).await;
    assert_eq!(
        (now.attempt, &now.state, now.platform_ids.as_slice()),
        (2, &second.state, ["p1".to_owned()].as_slice())
    );
    assert!(!world.store.finish(finish(&second, OutboxState::Sent)).await.unwrap().late);
    assert!(world.store.finish(finish(&second, OutboxState::Expired)).await.unwrap().late);
    assert_eq!(world.state(ids[0]).await, OutboxState::Sent);
}

pub async fn the_same_finish_again_changes_nothing_more(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    let item = world.sending(conversation).await.item;
    let unknown = Finish { tell: Some(telling(world)), ..finish(&item, OutboxState::Unknown { hold_until: NOW + 9 }) };
    let retried = Finish { resent: true, ..finish(&item, OutboxState::Queued { due_at: NOW + 9 }) };
    for repeated in [unknown, retried] {
        for _ in 0..2 {
            assert!(!world.store.finish(repeated.clone()).await.unwrap().late);
        }
    }
    assert_eq!(world.delivery(ids[0]).await.resends, 1);
    assert_eq!(world.notes(conversation).await, 1);
    assert_eq!(world.conversation(conversation).await.owner_epoch, 1);
}

pub async fn a_justified_resend_is_counted(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    let item = world.sending(conversation).await.item;
    world.store.finish(finish(&item, OutboxState::Unknown { hold_until: NOW + 120_000 })).await.unwrap();
    let Head::Unsettled(item) = world.head(conversation, NOW + 120_000).await else { panic!("the hold is over") };
    let again = Finish { resent: true, ..finish(&item, OutboxState::Queued { due_at: NOW + 120_000 }) };
    world.store.finish(again).await.unwrap();
    let Head::Send(sending) = world.head(conversation, NOW + 120_000).await else { panic!("it is due") };
    assert_eq!((sending.item.id, sending.item.attempt, sending.item.resends), (ids[0], 2, 1));
}

pub async fn the_loss_of_a_part_cancels_the_rest_of_its_group(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    let (group, other) = (world.says(&mut commit, 3), world.says(&mut commit, 1));
    world.store.commit_turn(commit).await.unwrap();
    let first = world.sent(conversation, "p1").await;
    let item = world.sending(conversation).await.item;
    let lost = Finish { cancel_group: Some("lost".into()), ..finish(&item, OutboxState::Dead(Failure::Blocked)) };
    world.store.finish(lost).await.unwrap();
    assert_eq!((first, world.state(first).await), (group[0], OutboxState::Sent));
    assert_eq!(world.state(group[1]).await, OutboxState::Dead(Failure::Blocked));
    assert_eq!(world.state(group[2]).await, OutboxState::Cancelled("lost".into()));
    assert_eq!(world.sending(conversation).await.item.id, other[0], "the lane goes on");
}

fn telling(world: &World<'_>) -> Telling {
    let hand_over = HandOver { reason: "nobody knows whether it arrived".into(), urgent: true, ..HandOver::default() };
    Telling { note: world.line(Voice::Note), waiting: Waiting { queue: "service".into(), since: NOW, hand_over } }
}

pub async fn telling_a_person_puts_the_conversation_in_a_queue(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 2).await;
    let item = world.sending(conversation).await.item;
    let told = Finish { tell: Some(telling(world)), ..finish(&item, OutboxState::Dead(Failure::WindowClosed)) };
    world.store.finish(told.clone()).await.unwrap();
    let now = world.conversation(conversation).await;
    let waiting = told.tell.unwrap().waiting;
    assert_eq!((now.owner, now.owner_epoch), (sportello_domain::conversation::Owner::Queue(waiting), 1));
    assert_eq!(world.notes(conversation).await, 1);
    assert_eq!(world.sending(conversation).await.item.id, ids[1], "what the bot has queued goes along");
}

pub async fn telling_a_person_who_has_the_conversation_only_adds_the_note(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 1).await;
    let item = world.sending(conversation).await.item;
    let taken = world.store.take(conversation, "camille", NOW).await.unwrap();
    let told = Finish { tell: Some(telling(world)), ..finish(&item, OutboxState::Dead(Failure::WindowClosed)) };
    world.store.finish(told).await.unwrap();
    assert_eq!(world.conversation(conversation).await, taken);
    assert_eq!(world.notes(conversation).await, 1);
}

pub async fn a_paused_channel_holds_its_deliveries_alone(world: &World<'_>) {
    let (anna, _) = world.answered("anna", "m1", 2).await;
    let (bert, _) = world.answered("bert", "m1", 1).await;
    let mut elsewhere = acceptance([world.message("carl", "m1")]);
    elsewhere.channel = "telegram".into();
    let Accepted::Queued { conversation: carl, .. } = world.store.accept(elsewhere).await.unwrap().events[0] else {
        panic!("not queued")
    };
    let mut commit = world.turn(&world.claim(carl).await);
    world.says(&mut commit, 1);
    world.store.commit_turn(commit).await.unwrap();

    let item = world.sending(anna).await.item;
    let paused = Finish { pause_channel: Some(NOW + 60_000), ..finish(&item, OutboxState::Sent) };
    world.store.finish(paused.clone()).await.unwrap();
    for conversation in [anna, bert] {
        assert!(matches!(world.head(conversation, NOW).await, Head::Wait(until) if until == NOW + 60_000));
    }
    assert_eq!(world.store.due(NOW, 10).await.unwrap().sends, [carl]);
    assert!(matches!(world.head(carl, NOW).await, Head::Send(_)));
    let Head::Send(last) = world.head(bert, NOW + 60_000).await else { panic!("the pause is over") };
    let shorter = Finish { pause_channel: Some(NOW + 1), ..finish(&last.item, OutboxState::Sent) };
    world.store.finish(shorter).await.unwrap();
    assert!(matches!(world.head(anna, NOW).await, Head::Wait(until) if until == NOW + 60_000), "the longest counts");
}

pub async fn a_retry_of_the_bot_never_leaves_after_a_takeover(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    let item = world.sending(conversation).await.item;
    world.store.take(conversation, "camille", NOW).await.unwrap();
    assert_eq!(world.state(ids[0]).await, item.state, "what is on the wire may arrive");
    world.store.finish(finish(&item, OutboxState::Queued { due_at: NOW + 1000 })).await.unwrap();
    assert!(matches!(world.head(conversation, NOW + 1000).await, Head::Idle));
    assert_eq!(world.state(ids[0]).await, OutboxState::Cancelled(OWNER_CHANGED.into()));
}

async fn dead(world: &World<'_>, conversation: ConversationId) -> DeliveryId {
    let item = world.sending(conversation).await.item;
    world.store.finish(finish(&item, OutboxState::Dead(Failure::Blocked))).await.unwrap();
    item.id
}

pub async fn a_dead_letter_is_resent_at_the_end(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    assert_eq!(dead(world, conversation).await, ids[0]);
    world.store.take(conversation, "camille", NOW).await.unwrap();
    world.store.hand_back(conversation, "camille", NOW).await.unwrap();
    let mut commit = world.turn(&world.claim(conversation).await);
    let later = world.says(&mut commit, 1);
    world.store.commit_turn(commit).await.unwrap();
    let letters: Vec<_> = world.store.dead_letters(10).await.unwrap().into_iter().map(|item| item.id).collect();
    assert_eq!(letters, ids);

    assert_eq!(world.store.resend(ids[0], NOW + 5, NOW + 90).await.unwrap(), conversation);
    let item = world.delivery(ids[0]).await;
    assert_eq!((item.attempt, item.resends, item.owner_epoch), (0, 0, 2), "under the epoch that stands");
    assert_eq!((item.state, item.expires_at), (OutboxState::Queued { due_at: NOW + 5 }, NOW + 90));
    assert!(world.store.dead_letters(10).await.unwrap().is_empty());
    assert_eq!(world.sent(conversation, "p1").await, later[0]);
    assert!(matches!(world.head(conversation, NOW).await, Head::Wait(until) if until == NOW + 5));
    assert!(matches!(world.head(conversation, NOW + 5).await, Head::Send(sending) if sending.item.id == ids[0]));
}

pub async fn only_a_dead_letter_can_be_resent(world: &World<'_>) {
    let (conversation, ids) = world.answered("anna", "m1", 1).await;
    let queued = world.store.resend(ids[0], NOW, NOW + 90).await;
    assert!(matches!(queued, Err(StoreError::Conflict(_))), "{queued:?}");
    world.sent(conversation, "p1").await;
    let sent = world.store.resend(ids[0], NOW, NOW + 90).await;
    assert!(matches!(sent, Err(StoreError::Conflict(_))), "{sent:?}");
    assert_eq!(world.state(ids[0]).await, OutboxState::Sent);
}

pub async fn a_receipt_may_replace_the_memo(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 2).await;
    let item = world.sending(conversation).await.item;
    let memo = Receipt { message_ids: vec!["p1".into(), "p2".into()], memo: Some("fresh token".into()) };
    let done = Finish { receipt: Some(memo), ..finish(&item, OutboxState::Sent) };
    world.store.finish(done).await.unwrap();
    assert_eq!(world.sending(conversation).await.thread.memo.as_deref(), Some("fresh token"));
    assert_eq!(world.delivery(item.id).await.platform_ids, ["p1", "p2"]);
}

pub async fn nothing_is_known_of_an_unknown_delivery(world: &World<'_>) {
    let (conversation, _) = world.answered("anna", "m1", 1).await;
    let mut item = world.sending(conversation).await.item;
    item.id = DeliveryId::new(NOW, 999_999);
    assert!(world.store.delivery(item.id).await.unwrap().is_none());
    let unknown = world.store.finish(finish(&item, OutboxState::Sent)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{unknown:?}");
    let unknown = world.store.resend(item.id, NOW, NOW).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })), "{unknown:?}");
    assert!(matches!(world.head(ConversationId::new(NOW, 999_999), NOW).await, Head::Idle));
}
