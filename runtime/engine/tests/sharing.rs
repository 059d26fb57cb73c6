//! Who is slow delays themselves: a platform, a service behind a skill, a customer who writes without end.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sportello_domain::contract::*;
use sportello_engine::catalog::{Catalog, Channel};
use support::{SkillCode, World, message};

/// More than all lanes there are.
const CROWD: usize = 700;
/// Longer than anything that is not held up.
const AT_ONCE: u64 = 100;

fn echo() -> (&'static str, SkillCode) {
    let code: SkillCode = Box::new(|turn| {
        let Trigger::Message(message) = &turn.trigger else { return Some(Ok(Outcome::Effects(vec![]))) };
        Some(Ok(Outcome::Effects(vec![Effect::Say(Content::Text(message.words()))])))
    });
    ("echo", code)
}

/// Asks a service before it answers.
fn asking() -> (&'static str, SkillCode) {
    let code: SkillCode = Box::new(|turn| {
        let request = HttpRequest {
            method: "GET".to_owned(),
            url: "https://slow.example/".to_owned(),
            headers: vec![],
            body: vec![],
            repeatable: true,
            after: None,
            timeout: None,
            max_age: None,
        };
        Some(Ok(match turn.exchanges.is_empty() {
            true => Outcome::Perform(vec![request]),
            false => Outcome::Effects(vec![Effect::Say(Content::Text("asked".to_owned()))]),
        }))
    });
    ("ask", code)
}

fn with_another_channel(catalog: &mut Catalog) {
    let other = Channel { name: "other".to_owned(), ..Channel::clone(&catalog.channels["chat"]) };
    catalog.channels.insert("other".to_owned(), Arc::new(other));
}

fn is_slow(world: &World, what: &str) {
    what.clone_into(&mut world.platform.delayed.lock().unwrap());
    world.platform.delay.store(20_000, Ordering::SeqCst);
}

fn arrived(world: &World, text: &str) -> usize {
    world.platform.texts().iter().filter(|arrived| *arrived == text).count()
}

#[tokio::test(start_paused = true)]
async fn a_slow_platform_does_not_hold_up_the_others() {
    let world = World::with(vec![echo()], with_another_channel).await;
    is_slow(&world, "echo slow");
    for customer in 0..CROWD {
        world.says(&customer.to_string(), "echo slow").await;
    }
    world.pass(AT_ONCE).await;
    world.webhook_on("other", &[message("ann", "1", "echo quick", world.now())]).await;
    world.pass(AT_ONCE).await;
    assert_eq!(arrived(&world, "echo quick"), 1);
    assert!(arrived(&world, "echo slow") < CROWD);
    world.pass(20_000 * CROWD as u64 / 100).await;
    assert_eq!(arrived(&world, "echo slow"), CROWD, "everybody has their turn");
}

#[tokio::test(start_paused = true)]
async fn a_slow_service_does_not_hold_up_what_does_not_ask_it() {
    let world = World::new(vec![echo(), asking()]).await;
    is_slow(&world, "slow.example");
    for customer in 0..CROWD {
        world.says(&customer.to_string(), "ask").await;
    }
    world.pass(AT_ONCE).await;
    world.says("ann", "echo quick").await;
    world.pass(AT_ONCE).await;
    assert_eq!(arrived(&world, "echo quick"), 1);
    world.pass(20_000 * CROWD as u64 / 50).await;
    assert_eq!(arrived(&world, "asked"), CROWD, "everybody has their turn");
}

#[tokio::test(start_paused = true)]
async fn customers_to_whom_too_much_is_said_wait_without_holding_a_lane() {
    let world = World::with(vec![echo()], |catalog| {
        let mut channel = Channel::clone(&catalog.channels["chat"]);
        channel.capabilities.thread_pace = Some(Pace { messages: 1, per: 30_000 });
        catalog.channels.insert("chat".to_owned(), Arc::new(channel));
    })
    .await;
    for customer in 0..CROWD {
        world.says(&customer.to_string(), "echo first").await;
        world.says(&customer.to_string(), "echo second").await;
    }
    world.pass(AT_ONCE).await;
    world.says("ann", "echo quick").await;
    world.pass(AT_ONCE).await;
    assert_eq!((arrived(&world, "echo first"), arrived(&world, "echo quick")), (CROWD, 1));
    assert_eq!(arrived(&world, "echo second"), 0);
    world.pass(35_000).await;
    assert_eq!(arrived(&world, "echo second"), CROWD, "once each, when the platform allows it");
}
