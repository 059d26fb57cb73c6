//! Judging a run: from what the platforms were told and took, and from what was injected.

mod answers;
mod deliveries;
mod erased;
mod items;
mod revisions;

use sportello_domain::contract::Happening;
use sportello_engine::ports::store::{Intake, Outbox, Quarry};

use crate::backups;
use crate::world::World;

/// Everything at the end of a run.
pub async fn judge(world: &World) {
    items::judge(world);
    deliveries::judge(world).await;
    answers::judge(world);
    erased::judge(world).await;
}

/// What is not final yet, in words.
pub async fn unsettled(world: &World) -> Vec<String> {
    let mut stuck = waiting(world);
    let outgoing: Vec<_> = world.state().ledger.outgoing.keys().copied().collect();
    for overview in world.conversations().await {
        let conversation = overview.conversation;
        if conversation.done_seq < conversation.last_seq {
            stuck.push(format!("the lane of {} has items", conversation.thread.address));
        }
    }
    for id in outgoing {
        if let Ok(Some(item)) = world.store.delivery(id).await
            && !item.state.is_final()
        {
            stuck.push(format!("{} is {}", world.name_of(id), item.state.kind()));
        }
    }
    if !world.store.quarantined(1).await.unwrap_or_default().is_empty() {
        stuck.push("something is in quarantine".to_owned());
    }
    if backups::is_something_held(world).await {
        stuck.push("something is held".to_owned());
    }
    stuck.extend(unseen(world));
    stuck.extend(items::unfired(world).await);
    stuck.extend(revisions::unsettled(world).await);
    stuck
}

/// What is on its way to us, and items without a turn.
fn waiting(world: &World) -> Vec<String> {
    let state = world.state();
    let mut waiting = vec![];
    if state.under_way > 0 {
        waiting.push(format!("{} webhooks or people are under way", state.under_way));
    }
    if !state.platforms.told_all() {
        waiting.push("a platform's news were not fetched".to_owned());
    }
    let items = state.ledger.items.iter().filter(|(_, item)| item.turn.is_none());
    let names = items.map(|((_, seq), item)| item.event.clone().unwrap_or_else(|| format!("item {seq}")));
    waiting.extend(names.map(|name| format!("{name} has no turn")));
    waiting
}

/// Customers who do not see that their message was taken: what is performed after a webhook is performed at least once, unless what it
/// told of is dropped.
fn unseen(world: &World) -> Vec<String> {
    let state = world.state();
    let channels = &world.plan.setup.channels;
    let keys = world.plan.messages().filter(|(customer, _)| !channels[customer % channels.len()].polled);
    let keys = keys.map(|(_, key)| key).filter(|key| state.ledger.acknowledged.contains(key));
    let keys = keys.filter(|key| !state.ledger.dropped.contains(key));
    keys.filter(|key| !state.platforms.seen.contains(key)).map(|key| format!("{key} is not marked as seen")).collect()
}

/// Once plugins are well again, an operator has run what they could not read.
pub async fn run_quarantine(world: &World) {
    let items = world.store.quarantined(u32::MAX).await.unwrap_or_default();
    for item in items {
        if let Quarry::Event(event) = &item.what
            && !matches!(event.happening, Happening::Message(_))
        {
            continue;
        }
        if let Some((engine, _, _)) = world.some_engine(0) {
            let rerun = engine.rerun(item.id).await;
            world.tell(None, || format!("an operator runs the quarantine: {rerun:?}"));
        }
    }
}
