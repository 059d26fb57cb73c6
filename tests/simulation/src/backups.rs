//! The operator who makes backups, puts them back, and decides about what is held then.

use std::sync::Arc;

use sportello_domain::ids::ConversationId;
use sportello_engine::Engine;
use sportello_engine::ports::StoreError;
use sportello_engine::ports::store::{Holding, Stored};

use crate::plan::Element;
use crate::world::World;

/// How often somebody tries what the program could not do.
const TRIES: u32 = 30;

/// What the plan has done at certain times.
pub fn work(world: &Arc<World>) {
    for (index, element) in world.plan.elements.iter().enumerate() {
        let world = Arc::clone(world);
        match *element {
            Element::Restore { made_at, at, down } => drop(tokio::spawn(async move {
                world.until(made_at).await;
                let backup = world.back_up();
                world.until(at).await;
                if let Err(error) = world.restore(backup, down).await {
                    world.tell(None, || format!("the backup cannot be put back: {error}"));
                }
            })),
            Element::Held { at, customer, drops } => {
                world.state().under_way += 1;
                drop(tokio::spawn(async move {
                    world.until(at).await;
                    for _ in 0..TRIES {
                        if is_done(&world, index, customer, drops).await {
                            break;
                        }
                        world.until(world.elapsed() + 700).await;
                    }
                    world.state().under_way -= 1;
                }));
            }
            _ => {}
        }
    }
}

/// Whether it is done, or can never be.
async fn is_done(world: &Arc<World>, index: usize, customer: Option<usize>, drops: bool) -> bool {
    let conversation = match customer {
        None => None,
        Some(customer) => match world.conversation_of(customer).await {
            Some(conversation) => Some(conversation.id),
            None => return true,
        },
    };
    let Some((engine, node, life)) = world.some_engine(index) else { return false };
    let result = tokio::select! {
        biased;
        () = world.death_of(node, life) => return false,
        result = decide(&engine, conversation, drops) => result,
    };
    !matches!(result, Err(StoreError::Failed { .. } | StoreError::Full { .. }))
}

async fn decide(engine: &Engine, conversation: Option<ConversationId>, drops: bool) -> Stored<()> {
    match drops {
        true => engine.store().discard_held(conversation).await.map(drop),
        false => engine.let_go(conversation).await.map(drop),
    }
}

/// Whatever is held still is decided about in the end.
pub async fn decide_at_last(world: &World) {
    if !is_something_held(world).await {
        return;
    }
    if let Some((engine, _, _)) = world.some_engine(0) {
        let drops = world.draw("held", 0).bool();
        if let Err(error) = decide(&engine, None, drops).await {
            world.tell(None, || format!("an operator cannot decide about what is held: {error}"));
        }
    }
}

/// Whether an operator has something to decide about.
pub async fn is_something_held(world: &World) -> bool {
    let held = world.store.held(1).await.unwrap_or_default();
    !held.deliveries.is_empty() || !held.schedules.is_empty()
}
