//! Operators who replay what was recorded on another build, at any time: nothing comes of it (19).

use std::sync::Arc;

use sportello_domain::replay::{Bar, Finding, Replayed};
use sportello_engine::Registry;
use sportello_engine::ports::store::{Lanes, StepResult};

use crate::builds::{Build, Served};
use crate::plan::Element;
use crate::world::{Invariant, Seat, World};

/// So many of the last calls.
const CALLS: usize = 50;

tokio::task_local! {
    /// Set where a replay runs.
    static REPLAYS: ();
}

/// What the plan has them do at certain times.
pub fn work(world: &Arc<World>) {
    for (index, element) in world.plan.elements.iter().enumerate() {
        let Element::Rehearse { at, of, odd } = *element else { continue };
        let world = Arc::clone(world);
        world.state().under_way += 1;
        tokio::spawn(async move {
            world.until(at).await;
            if let Some((registry, node, life)) = world.some_registry(index) {
                tokio::select! {
                    biased;
                    () = world.death_of(node, life) => {}
                    () = REPLAYS.scope((), rehearse(&world, &registry, of, odd)) => {}
                }
            }
            world.state().under_way -= 1;
        });
    }
}

async fn rehearse(world: &World, registry: &Registry, of: Served, odd: bool) {
    let build = if odd { Build::odd(of) } else { Build::newest(of) };
    match registry.rehearse(&build.revision().id, CALLS, &Bar::default()).await {
        Ok(rehearsal) => {
            world.tell(None, || format!("what was recorded of `{}` is replayed: {}", build.name, rehearsal.words));
            for one in rehearsal.calls {
                judge(world, &one).await;
            }
        }
        Err(error) => world.tell(None, || format!("`{}` cannot be replayed: {error}", build.name)),
    }
}

/// All builds answer alike what was recorded. One asks for what was not, and that compares with nothing. Only over what broke then
/// nothing is said.
async fn judge(world: &World, one: &Replayed) {
    let Finding::Changed(changes) = &one.finding else { return };
    if broke_then(world, &one.call).await {
        return;
    }
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    world.broken(Invariant::Replay, || format!("{} is called changed: {}", one.call, changes.join("; ")));
}

async fn broke_then(world: &World, call: &str) -> bool {
    let Some((seq, conversation)) = call.strip_prefix("turn ").and_then(|call| call.split_once(" of ")) else {
        return false;
    };
    let (Ok(seq), Ok(conversation)) = (seq.parse::<u64>(), conversation.parse()) else { return false };
    let turns = world.store.turns(conversation).await.unwrap_or_default();
    let mut steps = turns.into_iter().filter(|turn| turn.seq == seq).flat_map(|turn| turn.journal.steps);
    steps.any(|step| matches!(step.result, StepResult::Broken(_)))
}

impl Seat {
    /// Something is done to the world that no replay may do.
    pub(crate) fn not_in_a_replay(&self, what: &str) {
        if REPLAYS.try_with(|()| ()).is_ok() {
            self.broken(Invariant::Replay, || format!("`{what}` comes of a replay"));
        }
    }
}
