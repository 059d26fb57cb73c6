//! One run: a world is made, has happen to it what the plan says, is healed, comes to rest, and is judged.

use std::sync::Arc;

use crate::plan::Plan;
use crate::world::{Invariant, Line, Violation, World};
use crate::{backups, network, operators, oracle, people, rehearsals};

/// After faults are over, everything has to be final in so many milliseconds.
const SETTLES_IN: u64 = 15 * 60_000;

/// What came of a run.
#[derive(Debug)]
pub struct Report {
    /// What must not have happened.
    pub violations: Vec<Violation>,
    /// What happened, where it was asked for.
    pub history: Vec<Line>,
    /// How long it took, in milliseconds of the world.
    pub lasted: u64,
    /// Messages that platforms took from us.
    pub acts: usize,
}

/// Runs a plan; `told`: with its history.
///
/// # Errors
/// Where no runtime can be had.
pub fn run(plan: &Plan, told: bool) -> std::io::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(live(plan.clone(), told)))
}

async fn live(plan: Plan, told: bool) -> Report {
    let ends = plan.ends();
    let world = World::new(plan, told);
    if let Err(error) = operators::upload(&world).await {
        world.broken(Invariant::Settles, || format!("builds could not be uploaded: {error}"));
    }
    world.start_nodes();
    network::customers_write(&world);
    people::work(&world);
    operators::work(&world);
    backups::work(&world);
    rehearsals::work(&world);
    world.until(ends).await;
    world.heal();
    come_to_rest(&world).await;
    oracle::judge(&world).await;
    world.end();
    let mut state = world.state();
    let violations = std::mem::take(&mut state.violations);
    let history = std::mem::take(&mut state.history);
    let acts = state.platforms.acts.len();
    drop(state);
    Report { violations, history, lasted: world.elapsed(), acts }
}

async fn come_to_rest(world: &Arc<World>) {
    let begin = world.elapsed();
    loop {
        let stuck = oracle::unsettled(world).await;
        if stuck.is_empty() {
            return;
        }
        if world.elapsed() > begin + SETTLES_IN {
            return world.broken(Invariant::Settles, || stuck.join(", "));
        }
        oracle::run_quarantine(world).await;
        backups::decide_at_last(world).await;
        world.until(world.elapsed() + 1_000).await;
    }
}
