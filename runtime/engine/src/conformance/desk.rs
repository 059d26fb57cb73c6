//! What people see.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::{
    Instant,
    contract::{Failure, HandOver},
    conversation::{Owner, Voice, Waiting},
    delivery::{OutboxState, Progress},
    ids::ConversationId,
};

use super::world::{NOW, World, acceptance, finish};
use crate::ports::store::{Accepted, ConversationFilter, StoreError};

async fn listed(world: &World<'_>, filter: ConversationFilter, limit: u32) -> Vec<ConversationId> {
    let overviews = world.store.conversations(filter, limit).await.unwrap();
    overviews.into_iter().map(|overview| overview.conversation.id).collect()
}

/// A conversation that waits.
async fn waiting(world: &World<'_>, address: &str, queue: &str, since: Instant, urgent: bool) -> ConversationId {
    let conversation = world.writes(address, "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    let hand_over = HandOver { urgent, ..HandOver::default() };
    commit.owner = Some(Owner::Queue(Waiting { queue: queue.into(), since, hand_over }));
    world.store.commit_turn(commit).await.unwrap();
    conversation
}

pub async fn who_waits_longest_comes_first_and_the_urgent_before_all(world: &World<'_>) {
    let mut expected = Vec::new();
    let mut active = acceptance([world.message("fred", "m1")]);
    active.now = NOW + 50;
    world.store.accept(active).await.unwrap();
    let idle = world.writes("gina", "m1").await;
    let second = waiting(world, "anna", "service", NOW + 2, false).await;
    let first = waiting(world, "bert", "claims", NOW + 1, false).await;
    let late = waiting(world, "carl", "service", NOW + 9, true).await;
    let urgent = waiting(world, "dora", "service", NOW + 8, true).await;
    expected.extend([urgent, late, first, second]);
    let all = listed(world, ConversationFilter::default(), 10).await;
    assert_eq!(all[..4], expected);
    assert_eq!((all.len(), all[5]), (6, idle), "the others by newest activity");
    assert_eq!(listed(world, ConversationFilter::default(), 5).await, all[..5]);
    let service = ConversationFilter { queue: Some("service".into()), ..Default::default() };
    assert_eq!(listed(world, service, 10).await, [urgent, late, second]);
}

pub async fn conversations_are_filtered(world: &World<'_>) {
    let bots = world.writes("anna", "m1").await;
    let taken = world.writes("bert", "m1").await;
    world.store.take(taken, "camille", NOW).await.unwrap();
    let queued = waiting(world, "carl", "service", NOW, false).await;
    let (closed, _) = world.answered("dora", "m1", 0).await;
    world.store.resolve(closed, "camille", NOW).await.unwrap();
    let mut elsewhere = acceptance([world.message("emil", "m1")]);
    elsewhere.channel = "telegram".into();
    let Accepted::Queued { conversation: foreign, .. } = world.store.accept(elsewhere).await.unwrap().events[0] else {
        panic!("not queued")
    };

    let by = |owner: &str| ConversationFilter { owner: Some(owner.into()), ..Default::default() };
    assert_eq!(listed(world, by("agent"), 10).await, [taken]);
    assert_eq!(listed(world, by("queue"), 10).await, [queued]);
    let mut of_bot = listed(world, by("bot"), 10).await;
    of_bot.sort();
    assert_eq!(of_bot, sorted([bots, foreign]));
    let telegram = ConversationFilter { channel: Some("telegram".into()), ..Default::default() };
    assert_eq!(listed(world, telegram, 10).await, [foreign]);
    let with_closed = ConversationFilter { closed: true, ..Default::default() };
    let mut all = listed(world, with_closed, 10).await;
    all.sort();
    assert_eq!(all, sorted([bots, taken, queued, closed, foreign]));
    assert_eq!(listed(world, ConversationFilter::default(), 10).await.len(), 4);
}

fn sorted<const N: usize>(mut ids: [ConversationId; N]) -> [ConversationId; N] {
    ids.sort();
    ids
}

pub async fn an_overview_shows_the_last_line_that_is_not_for_people_alone(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    world.says(&mut commit, 1);
    let said = commit.lines[0].id;
    commit.lines.push(world.line(Voice::Note));
    commit.lines.push(world.line(Voice::Suggestion("faq".into())));
    world.store.commit_turn(commit).await.unwrap();
    let listed = world.store.conversations(ConversationFilter::default(), 10).await.unwrap();
    let single = world.store.conversation(conversation).await.unwrap().unwrap();
    assert_eq!(listed, std::slice::from_ref(&single));
    let last = single.last_line.unwrap();
    assert_eq!((last.id, last.voice), (said, Voice::Bot(Some("faq".into()))));
}

pub async fn a_transcript_shows_every_line_with_what_became_of_it(world: &World<'_>) {
    let conversation = world.writes("anna", "m1").await;
    let mut commit = world.turn(&world.claim(conversation).await);
    let ids = world.says(&mut commit, 3);
    commit.lines.push(world.line(Voice::Note));
    let written = commit.lines.clone();
    world.store.commit_turn(commit).await.unwrap();
    world.writes("anna", "m2").await;

    let lines = world.store.transcript(conversation).await.unwrap();
    let voices: Vec<_> = lines.iter().map(|line| line.line.voice.clone()).collect();
    assert_eq!(voices, [Voice::Customer, Voice::Bot(Some("faq".into())), Voice::Note, Voice::Customer]);
    assert_eq!((lines[0].state.clone(), lines[0].progress), (None, None), "no delivery carries it");
    assert_eq!((lines[1].line.id, lines[1].line.contents.clone()), (written[0].id, written[0].contents.clone()));
    assert_eq!((lines[1].line.delivery, lines[1].line.changed), (Some(ids[0]), false));
    assert_eq!(lines[1].state, Some(OutboxState::Queued { due_at: NOW }));
    assert_eq!(lines[2].line.delivery, None);

    world.sent(conversation, "p1").await;
    let status = sportello_domain::contract::StatusOf::Message("p1".into());
    world.accept_one(world.status(None, status, sportello_domain::contract::DeliveryState::Read)).await;
    world.sent(conversation, "p2").await;
    let lines = world.store.transcript(conversation).await.unwrap();
    assert_eq!(lines[1].state, Some(OutboxState::Queued { due_at: NOW }), "the least of its parts");
    let item = world.sending(conversation).await.item;
    world.store.finish(finish(&item, OutboxState::Dead(Failure::Blocked))).await.unwrap();
    let lines = world.store.transcript(conversation).await.unwrap();
    assert_eq!((lines[1].state.clone(), lines[1].progress), (Some(OutboxState::Dead(Failure::Blocked)), None));

    let (other, _) = world.answered("bert", "m1", 1).await;
    world.sent(other, "p3").await;
    let status = sportello_domain::contract::StatusOf::Message("p3".into());
    world.accept_one(world.status(None, status, sportello_domain::contract::DeliveryState::Delivered)).await;
    let lines = world.store.transcript(other).await.unwrap();
    assert_eq!((lines[1].state.clone(), lines[1].progress), (Some(OutboxState::Sent), Some(Progress::Delivered)));
}

pub async fn unknown_conversations_are_said_to_be_unknown(world: &World<'_>) {
    let unknown = ConversationId::new(NOW, 999_999);
    assert!(world.store.conversation(unknown).await.unwrap().is_none());
    assert!(world.store.transcript(unknown).await.unwrap().is_empty());
    for refused in [
        world.store.take(unknown, "camille", NOW).await,
        world.store.hand_back(unknown, "camille", NOW).await,
        world.store.resolve(unknown, "camille", NOW).await,
    ] {
        assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    }
}
