//! What is learned of a candidate while it is tried: from the deliveries of its share, and beside what serves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::Arc;

use sportello_domain::contract::*;
use sportello_domain::guard::{Stage, Tally};
use sportello_domain::replay::Shadowed;
use sportello_domain::revision::{Candidate, Mode, RevisionId};
use sportello_engine::catalog::{Catalog, Channel, Part, Trial};
use sportello_engine::ports::store::Revisions as _;
use support::{SkillCode, World, status};

fn echo() -> (&'static str, SkillCode) {
    let code: SkillCode = Box::new(|turn| {
        let Trigger::Message(message) = &turn.trigger else { return Some(Ok(Outcome::Effects(vec![]))) };
        Some(Ok(Outcome::Effects(vec![Effect::Say(Content::Text(message.words()))])))
    });
    ("echo", code)
}

/// A candidate of the channel.
fn tried(catalog: &mut Catalog, mode: Mode) {
    let mut channel = Channel::clone(&catalog.channels["chat"]);
    let revision = channel.revision.as_ref().clone().with_settings("{\"new\":true}".to_owned());
    let candidate =
        Candidate { revision: revision.id.clone(), mode, salt: 7, since: 0, trial: 1, stage: 1, slow_above: 10_000 };
    channel.revision = Arc::new(revision);
    let part = Part::Channel(Arc::new(channel));
    catalog.trials.insert("chat".to_owned(), Trial { candidate, part });
}

async fn world(mode: Mode) -> World {
    World::with(vec![echo()], |catalog| tried(catalog, mode)).await
}

fn candidate(world: &World) -> RevisionId {
    world.catalog.trials["chat"].candidate.revision.clone()
}

async fn counted(world: &World) -> Stage {
    world.store.trial("chat", 1, 1).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn deliveries_of_both_arms_are_counted_once_they_are_over() {
    let world = world(Mode::Canary(50)).await;
    for customer in 0..20 {
        world.says(&format!("c{customer}"), "echo").await;
        world.says(&format!("c{customer}"), "echo again").await;
    }
    world.pass(5_000).await;
    let Stage { candidate, active, .. } = counted(&world).await;
    assert_eq!(candidate.conversations + active.conversations, 40, "each delivery counts");
    assert!(candidate.conversations > 6 && active.conversations > 6, "{candidate:?} {active:?}");
    assert_eq!((candidate.error, candidate.trap, active.error, active.trap), (0, 0, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_traps_over_deliveries_is_seen_to() {
    let world = world(Mode::Canary(50)).await;
    *world.plugins.send_traps.lock().unwrap() = Some(candidate(&world));
    for customer in 0..20 {
        world.says(&format!("c{customer}"), "echo").await;
    }
    world.pass(5_000).await;
    let Stage { candidate, active, .. } = counted(&world).await;
    assert!(candidate.trap > 3 && candidate.trap == candidate.conversations, "{candidate:?}");
    assert_eq!((active.trap, active.error), (0, 0), "{active:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_as_an_error_and_a_platform_that_is_away_does_not() {
    let world = world(Mode::Canary(100)).await;
    let mut answers = [Err(RequestError::Unreachable("down".to_owned())), status(200, ""), status(400, "")].into_iter();
    world.platform.answers(move |_| answers.next().unwrap_or_else(|| status(200, "")));
    world.says("ann", "echo").await;
    world.pass(500).await;
    assert_eq!(counted(&world).await.candidate, Tally::default(), "it is tried again");
    world.pass(60_000).await;
    assert_eq!(counted(&world).await.candidate, Tally { conversations: 1, ..Tally::default() });
    world.says("bob", "echo").await;
    world.pass(60_000).await;
    assert_eq!(counted(&world).await.candidate, Tally { conversations: 2, error: 1, ..Tally::default() });
}

#[tokio::test(start_paused = true)]
async fn a_shadow_has_no_deliveries_that_could_be_counted() {
    let world = world(Mode::Shadow).await;
    world.says("ann", "echo").await;
    world.pass(5_000).await;
    let Stage { candidate, active, .. } = counted(&world).await;
    assert_eq!((candidate, active), (Tally::default(), Tally::default()));
}

/// A candidate of the classifier, beside what serves.
fn shadows(catalog: &mut Catalog) {
    let revision = catalog.nlu.as_ref().unwrap().as_ref().clone().with_settings("{\"new\":true}".to_owned());
    let (id, mode) = (revision.id.clone(), Mode::Shadow);
    let candidate = Candidate { revision: id, mode, salt: 7, since: 0, trial: 1, stage: 1, slow_above: 10_000 };
    let part = Part::Nlu(Arc::new(revision));
    catalog.trials.insert("nlu".to_owned(), Trial { candidate, part });
}

async fn shadowed(world: &World, name: &str) -> Shadowed {
    world.pass(3_000).await;
    world.store.shadowed(name, 1).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_classifier_is_compared_on_live_texts_and_changes_nothing() {
    let world = World::with(vec![echo()], shadows).await;
    for number in 0..5 {
        world.says("ann", &format!("echo {number}")).await;
        world.pass(100).await;
    }
    let agreed = shadowed(&world, "nlu").await;
    assert_eq!((agreed.same, agreed.compared(), agreed.examples.len()), (5, 5, 0), "{agreed:?}");
    *world.plugins.contrary.lock().unwrap() = Some(world.catalog.trials["nlu"].candidate.revision.clone());
    world.says("ann", "echo 5").await;
    let found = shadowed(&world, "nlu").await;
    assert_eq!((found.same, found.changed, found.refused), (5, 1, None));
    assert!(found.examples[0].contains("intent: echo (0.90) → none"), "{:?}", found.examples);
    assert_eq!(world.platform.texts().last().unwrap(), "echo 5", "what serves has answered");
}

#[tokio::test(start_paused = true)]
async fn webhooks_that_what_serves_cannot_read_are_not_held_against_a_candidate() {
    let world = world(Mode::Shadow).await;
    *world.plugins.receive_traps.lock().unwrap() = true;
    let webhook = Webhook { method: "POST".to_owned(), url: String::new(), headers: vec![], body: Bytes::default() };
    assert!(world.engine.receive("chat", webhook).await.is_err(), "the platform will repeat it");
    let found = shadowed(&world, "chat").await;
    assert_eq!((found.unanswered, found.compared(), found.fault()), (1, 0, None));
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_reads_other_events_is_found_out_beside_its_canary_too() {
    for mode in [Mode::Shadow, Mode::Canary(1)] {
        let world = world(mode).await;
        world.says("ann", "echo").await;
        let agreed = shadowed(&world, "chat").await;
        assert_eq!((agreed.same, agreed.refused), (1, None));
        *world.plugins.contrary.lock().unwrap() = Some(candidate(&world));
        world.says("ann", "echo").await;
        let found = shadowed(&world, "chat").await;
        assert_eq!((found.same, found.failed), (1, 1));
        assert!(found.refused.unwrap().contains("other events"));
        assert_eq!(world.platform.texts().len(), 2, "nothing came of it");
    }
}
