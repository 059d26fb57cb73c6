//! What waits does so no longer and no shorter when the clock on the wall jumps.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::Arc;

use sportello_domain::{contract::*, delivery::OutboxState};
use sportello_engine::catalog::{Catalog, Channel};
use support::{SkillCode, World, status};

const HOUR: i64 = 60 * 60 * 1_000;
const JUMPS: [i64; 2] = [HOUR, -HOUR];

/// Answers, and comes back ten seconds later.
fn reminding() -> (&'static str, SkillCode) {
    let code: SkillCode = Box::new(|turn| {
        let say = |text: &str| Effect::Say(Content::Text(text.to_owned()));
        Some(Ok(Outcome::Effects(match &turn.trigger {
            Trigger::Message(_) => {
                vec![say("first"), Effect::Schedule(Schedule { after: 10_000, tag: "again".to_owned() })]
            }
            Trigger::Scheduled(_) => vec![say("then")],
            _ => vec![],
        })))
    });
    ("remind", code)
}

fn echoing(catalog: &mut Catalog) {
    let mut channel = Channel::clone(&catalog.channels["chat"]);
    channel.capabilities.echoes = true;
    catalog.channels.insert("chat".to_owned(), Arc::new(channel));
}

async fn states(world: &World) -> Vec<OutboxState> {
    let lines = world.engine.store().transcript(world.id().await).await.unwrap();
    lines.into_iter().filter_map(|line| line.state).collect()
}

#[tokio::test(start_paused = true)]
async fn a_schedule_comes_due_when_its_time_has_passed() {
    for by in JUMPS {
        let world = World::new(vec![reminding()]).await;
        world.says("ann", "remind").await;
        world.pass(5_000).await;
        world.jump(by);
        world.pass(3_000).await;
        assert_eq!(world.platform.texts(), ["first"], "{by}");
        world.pass(4_000).await;
        assert_eq!(world.platform.texts(), ["first", "then"], "{by}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_failed_is_made_again_after_its_backoff() {
    for by in JUMPS {
        let world = World::new(vec![reminding()]).await;
        world.platform.answers(|_| Err(RequestError::Unreachable("refused".to_owned())));
        world.says("ann", "remind").await;
        world.pass(200).await;
        world.jump(by);
        world.platform.answers(|_| status(200, ""));
        world.pass(3_000).await;
        assert_eq!(states(&world).await, [OutboxState::Sent], "{by}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_held_for_as_long_as_an_echo_may_come() {
    for by in JUMPS {
        let world = World::with(vec![reminding()], echoing).await;
        world.platform.answers(|_| Err(RequestError::Unknown("connection reset".to_owned())));
        world.says("ann", "remind").await;
        world.pass(1_000).await;
        world.jump(by);
        world.platform.answers(|_| status(200, ""));
        world.pass(110_000).await;
        assert_eq!(world.platform.texts(), ["first"], "{by}");
        world.pass(15_000).await;
        assert_eq!(world.platform.texts(), ["first", "first", "then"], "{by}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_passed_before_a_start_is_counted_and_what_did_not_is_not() {
    for (by, state) in [(HOUR, OutboxState::Expired), (-HOUR, OutboxState::Sent)] {
        let world = World::new(vec![reminding()]).await;
        world.platform.answers(|_| Err(RequestError::Unreachable("refused".to_owned())));
        world.says("ann", "remind").await;
        world.pass(200).await;
        world.jump(by);
        let world = world.crash().await;
        world.platform.answers(|_| status(200, ""));
        world.pass(5_000).await;
        assert_eq!(states(&world).await[0], state, "{by}");
    }
}
