//! Sending: order, backoff, unknown outcomes, and people who take over.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sportello_domain::{contract::*, conversation::Owner, delivery::OutboxState, ids::DeliveryId};
use sportello_engine::Answer;
use sportello_engine::catalog::{Catalog, Channel, UnknownPolicy};
use sportello_engine::ports::store::StoreError;
use support::{SkillCode, World, status};

fn echo() -> (&'static str, SkillCode) {
    let code: SkillCode = Box::new(|turn| {
        let Trigger::Message(message) = &turn.trigger else { return Some(Ok(Outcome::Effects(vec![]))) };
        Some(Ok(Outcome::Effects(vec![Effect::Say(Content::Text(message.words()))])))
    });
    ("echo", code)
}

fn change_channel(catalog: &mut Catalog, change: impl FnOnce(&mut Channel)) {
    let mut channel = Channel::clone(&catalog.channels["chat"]);
    change(&mut channel);
    catalog.channels.insert("chat".to_owned(), Arc::new(channel));
}

/// Fails so many times in this way, then takes everything.
fn failing(world: &World, times: usize, failure: Result<HttpResponse, RequestError>) -> Arc<AtomicUsize> {
    let tried = Arc::new(AtomicUsize::new(0));
    let counted = tried.clone();
    world.platform.answers(move |_| match counted.fetch_add(1, Ordering::SeqCst) {
        tries if tries < times => failure.clone(),
        _ => status(200, ""),
    });
    tried
}

fn reset() -> Result<HttpResponse, RequestError> {
    Err(RequestError::Unknown("connection reset".to_owned()))
}

async fn states(world: &World) -> Vec<OutboxState> {
    let lines = world.engine.store().transcript(world.id().await).await.unwrap();
    lines.into_iter().filter_map(|line| line.state).collect()
}

fn agent(text: &str, owner_epoch: Option<u64>) -> Answer {
    Answer {
        agent: "Camille".to_owned(),
        key: text.to_owned(),
        owner_epoch,
        contents: vec![Content::Text(text.to_owned())],
    }
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_is_down_for_a_while_gets_it_once_and_in_order() {
    let world = World::new(vec![echo()]).await;
    failing(&world, 5, Err(RequestError::Unreachable("refused".to_owned())));
    world.says("ann", "echo 1").await;
    world.says("ann", "echo 2").await;
    world.pass(120_000).await;
    let texts = world.platform.texts();
    assert_eq!(texts.iter().filter(|text| *text == "echo 2").count(), 1);
    assert_eq!(texts.last().unwrap(), "echo 2");
    assert_eq!(states(&world).await, [OutboxState::Sent, OutboxState::Sent]);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_not_repeated_and_a_person_is_told() {
    let world = World::new(vec![echo()]).await;
    let tried = failing(&world, 1, reset());
    world.says("ann", "echo").await;
    world.pass(300_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 1);
    assert_eq!(states(&world).await, [OutboxState::Unresolved]);
    assert!(matches!(world.conversation().await.conversation.owner, Owner::Queue(_)));
    assert!(world.notes().await[0].starts_with("Nobody knows"));
}

#[tokio::test(start_paused = true)]
async fn an_operator_may_have_unknown_outcomes_repeated_once() {
    let world = World::with(vec![echo()], |catalog| {
        change_channel(catalog, |channel| channel.unknown = UnknownPolicy::Resend);
    })
    .await;
    let tried = failing(&world, 1, reset());
    world.says("ann", "echo").await;
    world.pass(300_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 2);
    assert_eq!(states(&world).await, [OutboxState::Sent]);
}

fn echoing(catalog: &mut Catalog) {
    change_channel(catalog, |channel| channel.capabilities.echoes = true);
}

#[tokio::test(start_paused = true)]
async fn an_echo_settles_an_unknown_outcome_and_nothing_is_repeated() {
    let world = World::with(vec![echo()], echoing).await;
    let tried = failing(&world, 1, reset());
    world.says("ann", "echo").await;
    world.pass(5_000).await;
    assert!(matches!(states(&world).await[..], [OutboxState::Unknown { .. }]));
    let lines = world.engine.store().transcript(world.id().await).await.unwrap();
    let delivery: DeliveryId = lines[1].line.delivery.unwrap();
    let status = DeliveryStatus { of: StatusOf::Delivery(delivery.to_string()), state: DeliveryState::Delivered };
    world.webhook(&[support::event("ann", "s1", world.now(), Happening::Status(status))]).await;
    world.pass(300_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 1);
    assert_eq!(states(&world).await, [OutboxState::Sent]);
}

#[tokio::test(start_paused = true)]
async fn without_an_echo_it_is_sent_once_more_after_two_minutes() {
    let world = World::with(vec![echo()], echoing).await;
    let tried = failing(&world, 1, reset());
    world.says("ann", "echo").await;
    world.pass(119_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 1);
    world.pass(5_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 2);
    assert_eq!(states(&world).await, [OutboxState::Sent]);
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_drops_repeats_gets_it_again_at_once() {
    let world = World::with(vec![echo()], |catalog| {
        change_channel(catalog, |channel| channel.capabilities.dedupes = Some(86_400_000));
    })
    .await;
    failing(&world, 2, reset());
    world.says("ann", "echo").await;
    world.pass(10_000).await;
    assert_eq!(states(&world).await, [OutboxState::Sent]);
}

#[tokio::test(start_paused = true)]
async fn a_bot_answer_that_waits_in_backoff_never_leaves_once_a_person_has_taken_over() {
    let world = World::new(vec![echo()]).await;
    failing(&world, 1, Err(RequestError::Unreachable("refused".to_owned())));
    world.says("ann", "echo").await;
    world.pass(100).await;
    let taken = world.engine.take(world.id().await, "Camille").await.unwrap();
    let answer = agent("I am here", Some(taken.owner_epoch));
    world.engine.answer(taken.id, answer).await.unwrap();
    world.pass(60_000).await;
    assert_eq!(world.platform.texts(), ["echo", "I am here\n— Camille"], "the first is the try that was refused");
    assert!(matches!(states(&world).await[..], [OutboxState::Cancelled(_), OutboxState::Sent]));
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_saw_an_older_state_is_asked_to_look_again() {
    let world = World::new(vec![echo()]).await;
    world.says("ann", "echo").await;
    world.pass(100).await;
    let taken = world.engine.take(world.id().await, "Camille").await.unwrap();
    let stale = world.engine.answer(taken.id, agent("hello", Some(taken.owner_epoch - 1))).await;
    assert!(matches!(stale, Err(sportello_engine::EngineError::Store(StoreError::Conflict(_)))), "{stale:?}");
}

#[tokio::test(start_paused = true)]
async fn the_same_answer_twice_is_sent_once() {
    let world = World::new(vec![echo()]).await;
    world.says("ann", "echo").await;
    world.pass(100).await;
    let id = world.id().await;
    world.engine.take(id, "Camille").await.unwrap();
    world.engine.answer(id, agent("hello", None)).await.unwrap();
    world.engine.answer(id, agent("hello", None)).await.unwrap();
    world.pass(1_000).await;
    assert_eq!(world.platform.texts(), ["echo", "hello\n— Camille"]);
}

#[tokio::test(start_paused = true)]
async fn the_bot_speaks_again_after_an_agent_gave_the_conversation_back() {
    let world = World::new(vec![echo()]).await;
    world.says("ann", "echo 1").await;
    world.pass(100).await;
    let id = world.id().await;
    world.engine.take(id, "Camille").await.unwrap();
    world.says("ann", "echo 2").await;
    world.pass(1_000).await;
    world.engine.hand_back(id, "Camille").await.unwrap();
    world.says("ann", "echo 3").await;
    world.pass(1_000).await;
    assert_eq!(world.platform.texts(), ["echo 1", "echo 3"]);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_channel_waits_as_long_as_it_is_asked_to() {
    let world = World::new(vec![echo()]).await;
    let tried = failing(&world, 1, status(429, ""));
    world.says("ann", "echo 1").await;
    world.pass(100).await;
    world.says("bob", "echo 2").await;
    world.pass(3_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 1, "the whole channel is paused");
    world.pass(20_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), 3);
}

#[tokio::test(start_paused = true)]
async fn a_person_who_takes_over_stops_what_waits_for_its_place() {
    let world = World::with(vec![echo()], |catalog| {
        change_channel(catalog, |channel| {
            channel.capabilities.thread_pace = Some(Pace { messages: 1, per: 20_000 });
        });
    })
    .await;
    for number in 1..=4 {
        world.says("ann", &format!("echo {number}")).await;
    }
    world.pass(45_000).await;
    assert_eq!(world.platform.texts(), ["echo 1", "echo 2", "echo 3"], "one in twenty seconds");
    world.engine.take(world.id().await, "Camille").await.unwrap();
    world.pass(60_000).await;
    assert_eq!(world.platform.texts().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_send_that_waits_for_its_place_keeps_to_the_deadline_of_its_claim() {
    let world = World::with(vec![echo()], |catalog| {
        change_channel(catalog, |channel| {
            channel.capabilities.thread_pace = Some(Pace { messages: 1, per: 1_000 });
        });
    })
    .await;
    world.says("ann", "echo 1").await;
    world.says("ann", "echo 2").await;
    world.pass(2_000).await;
    let not_after = world.platform.not_after.lock().unwrap().clone();
    assert_eq!(not_after.len(), 2);
    assert!(not_after[1].unwrap() < 60_500, "counted from the attempt, not from the claim: {not_after:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_waits_for_any_more_is_not_sent() {
    let world = World::new(vec![echo()]).await;
    let tried = failing(&world, usize::MAX, Err(RequestError::Unreachable("down".to_owned())));
    world.says("ann", "echo").await;
    world.pass(16 * 60_000).await;
    assert_eq!(states(&world).await, [OutboxState::Expired]);
    let before = tried.load(Ordering::SeqCst);
    world.platform.answers(|_| status(200, ""));
    world.pass(600_000).await;
    assert_eq!(tried.load(Ordering::SeqCst), before);
    assert_eq!(world.conversation().await.conversation.owner.kind(), "queue", "a person is told");
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_can_be_sent_again_by_an_operator() {
    let world = World::new(vec![echo()]).await;
    failing(&world, 1, status(400, ""));
    world.says("ann", "echo").await;
    world.pass(1_000).await;
    let dead = world.engine.store().dead_letters(10).await.unwrap();
    assert!(matches!(dead[0].state, OutboxState::Dead(Failure::Rejected(_))));
    world.engine.resend(dead[0].id).await.unwrap();
    world.pass(1_000).await;
    assert_eq!(world.platform.texts(), ["echo", "echo"]);
    assert!(world.engine.store().dead_letters(10).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_send_that_a_crash_interrupted_is_unknown_and_not_repeated() {
    let world = World::new(vec![echo()]).await;
    world.platform.delay.store(86_400_000, Ordering::SeqCst);
    world.says("ann", "echo").await;
    world.pass(1_000).await;
    world.platform.delay.store(0, Ordering::SeqCst);
    let world = world.crash().await;
    // No news of it can come, so nobody waits for any.
    world.pass(2_000).await;
    assert_eq!(world.platform.texts(), ["echo"]);
    assert_eq!(states(&world).await, [OutboxState::Unresolved]);
}
