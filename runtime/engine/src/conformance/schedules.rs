//! Wishes of skills to be called again (rule 10).
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    ids::{ConversationId, ScheduleId},
    inbox::{Arrival, DueSchedule},
};

use super::world::{NOW, World};
use crate::ports::store::ScheduleChange;

fn set(world: &World<'_>, tag: &str, due_at: u64) -> ScheduleChange {
    ScheduleChange::Set { id: ScheduleId::new(NOW, world.draw()), skill: "faq".into(), tag: tag.into(), due_at }
}

/// A turn that wants these, for a message of its own.
async fn wanted(world: &World<'_>, message: &str, schedules: Vec<ScheduleChange>) -> ConversationId {
    let conversation = world.writes("anna", message).await;
    commit(world, conversation, schedules).await;
    conversation
}

async fn commit(world: &World<'_>, conversation: ConversationId, schedules: Vec<ScheduleChange>) {
    let mut commit = world.turn(&world.claim(conversation).await);
    commit.schedules = schedules;
    world.store.commit_turn(commit).await.unwrap();
}

async fn scheduled(world: &World<'_>, conversation: ConversationId) -> (DueSchedule, bool) {
    let claim = world.claim(conversation).await;
    match claim.item.arrival {
        Arrival::Scheduled(due) => (due, claim.stale),
        other => panic!("{other:?}"),
    }
}

pub async fn a_schedule_enters_the_lane_when_it_is_due(world: &World<'_>) {
    let wish = set(world, "remind", NOW + 1000);
    let ScheduleChange::Set { id, .. } = wish else { return };
    let conversation = wanted(world, "m1", vec![wish]).await;
    assert!(world.store.fire_schedules(NOW + 999, 10).await.unwrap().is_empty());
    assert_eq!(world.store.fire_schedules(NOW + 1000, 10).await.unwrap(), [conversation]);
    assert!(world.store.fire_schedules(NOW + 1000, 10).await.unwrap().is_empty(), "once");
    let due = DueSchedule { id, generation: 1, skill: "faq".into(), tag: "remind".into() };
    assert_eq!(scheduled(world, conversation).await, (due, false));
    let claim = world.claim(conversation).await;
    assert_eq!((claim.item.seq, claim.item.accepted_at, claim.item.answerable), (2, NOW + 1000, true));
}

pub async fn a_schedule_sleeps_while_a_person_has_the_conversation(world: &World<'_>) {
    let conversation = wanted(world, "m1", vec![set(world, "remind", NOW)]).await;
    world.store.take(conversation, "camille", NOW).await.unwrap();
    assert!(world.store.fire_schedules(NOW + 5000, 10).await.unwrap().is_empty());
    world.store.hand_back(conversation, "camille", NOW).await.unwrap();
    assert_eq!(world.store.fire_schedules(NOW + 5000, 10).await.unwrap(), [conversation]);
}

pub async fn setting_a_tag_again_replaces_its_schedule(world: &World<'_>) {
    let (first, other) = (set(world, "remind", NOW + 10), set(world, "other", NOW + 10));
    let ScheduleChange::Set { id, .. } = first else { return };
    let conversation = wanted(world, "m1", vec![first, other]).await;
    wanted(world, "m2", vec![set(world, "remind", NOW + 500)]).await;
    world.store.fire_schedules(NOW + 10, 10).await.unwrap();
    assert_eq!(scheduled(world, conversation).await.0.tag, "other");
    commit(world, conversation, vec![]).await;
    world.store.fire_schedules(NOW + 500, 10).await.unwrap();
    let (due, stale) = scheduled(world, conversation).await;
    assert_eq!((due.id, due.generation, stale), (id, 2, false), "its id stays, its generation is raised");
}

pub async fn a_schedule_that_was_replaced_in_the_lane_is_stale(world: &World<'_>) {
    let conversation = wanted(world, "m1", vec![set(world, "remind", NOW)]).await;
    world.writes("anna", "m2").await;
    world.store.fire_schedules(NOW, 10).await.unwrap();
    commit(world, conversation, vec![set(world, "remind", NOW + 500)]).await;
    let (due, stale) = scheduled(world, conversation).await;
    assert_eq!((due.generation, stale), (1, true));
    commit(world, conversation, vec![]).await;
    assert_eq!(world.store.fire_schedules(NOW + 500, 10).await.unwrap(), [conversation]);
    let (due, stale) = scheduled(world, conversation).await;
    assert_eq!((due.generation, stale), (2, false));
}

pub async fn a_schedule_that_was_cancelled_in_the_lane_is_stale(world: &World<'_>) {
    let conversation = wanted(world, "m1", vec![set(world, "remind", NOW)]).await;
    world.writes("anna", "m2").await;
    world.store.fire_schedules(NOW, 10).await.unwrap();
    let cancel = ScheduleChange::Cancel { skill: "faq".into(), tag: "remind".into() };
    commit(world, conversation, vec![cancel]).await;
    assert!(scheduled(world, conversation).await.1);
}

pub async fn a_schedule_set_by_its_own_turn_lives_on(world: &World<'_>) {
    let conversation = wanted(world, "m1", vec![set(world, "remind", NOW)]).await;
    world.store.fire_schedules(NOW, 10).await.unwrap();
    commit(world, conversation, vec![set(world, "remind", NOW + 100)]).await;
    assert_eq!(world.store.fire_schedules(NOW + 100, 10).await.unwrap(), [conversation]);
    commit(world, conversation, vec![]).await;
    assert!(world.store.fire_schedules(NOW + 9_000_000, 10).await.unwrap().is_empty(), "its turn is over");
}

pub async fn a_jump_of_the_clock_fires_no_more_than_the_limit(world: &World<'_>) {
    let wishes = (0..5).map(|number| set(world, &format!("tag {number}"), NOW + 10 - number)).collect();
    let conversation = wanted(world, "m1", wishes).await;
    assert_eq!(world.store.fire_schedules(NOW + 1_000_000, 2).await.unwrap(), [conversation]);
    assert_eq!(world.conversation(conversation).await.last_seq, 3);
    assert_eq!(scheduled(world, conversation).await.0.tag, "tag 4", "the oldest first");
}
