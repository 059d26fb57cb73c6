//! Each delivery: taken by the platform as often as it should be, or not for a reason that was injected, and in order.

use sportello_domain::{
    Instant,
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{DISCARDED, OWNER_CHANGED, Outbox};

use crate::plan::{ChannelSetup, Knows};
use crate::platform::Act;
use crate::world::{Invariant, Outgoing, State, World};

pub(super) async fn judge(world: &World) {
    let ids: Vec<DeliveryId> = world.state().ledger.outgoing.keys().copied().collect();
    let (conversations, now) = (world.conversations().await, world.time());
    for id in ids {
        let Ok(Some(item)) = world.store.delivery(id).await else { continue };
        let overview = conversations.iter().find(|overview| overview.conversation.id == item.conversation);
        let Some(overview) = overview else { continue };
        let setup = world.channel_of(&overview.conversation.channel);
        let found = judge_one(&world.state(), &item, setup, now);
        for (of, seen) in found {
            world.broken(of, || format!("{}: {seen}", world.name_of(id)));
        }
    }
    let groups = torn_groups(world).await;
    let nobodys = nobodys(&world.state());
    let disorder = out_of_order(&world.state());
    for seen in groups {
        world.broken(Invariant::Group, || seen);
    }
    for name in nobodys {
        world.broken(Invariant::AllOrNothing, || {
            format!("the platform got `{name}`, which nothing committed wanted sent")
        });
    }
    for seen in disorder {
        world.broken(Invariant::OutOfOrder, || seen);
    }
}

fn judge_one(state: &State, item: &OutboxItem, setup: ChannelSetup, now: Instant) -> Vec<(Invariant, String)> {
    let mut found = vec![];
    let Some(outgoing) = state.ledger.outgoing.get(&item.id) else { return found };
    let taken: Vec<&Act> = state.platforms.acts.iter().filter(|act| act.delivery == item.id && !act.dropped).collect();
    let most = most(outgoing, setup);
    if taken.len() > most {
        let doubts = outgoing.doubts();
        found.push((Invariant::Repeated, format!("taken {} times, with {doubts} doubts at most {most}", taken.len())));
    }
    if taken.is_empty() && item.state == OutboxState::Sent {
        found.push((Invariant::Untrue, "called sent, and the platform never took it".to_owned()));
    }
    if taken.is_empty()
        && let Some(seen) = lost(state, outgoing, item, now)
    {
        found.push((Invariant::Lost, seen));
    }
    found
}

/// How often the platform may have taken a delivery.
fn most(outgoing: &Outgoing, setup: ChannelSetup) -> usize {
    let resends = match setup.knows {
        Knows::Drops => 0,
        Knows::Echoes => 1,
        Knows::Nothing => usize::from(setup.resend),
    };
    let again = usize::try_from(outgoing.sent_again).unwrap_or(0);
    let once = 1 + again + outgoing.undone;
    if setup.knows == Knows::Drops { 1 } else { once + resends.min(outgoing.doubts()) * (1 + again) }
}

/// Why a delivery that the platform never took was lost; none: for a reason that was injected.
fn lost(state: &State, outgoing: &Outgoing, item: &OutboxItem, now: Instant) -> Option<String> {
    let excused = match &item.state {
        OutboxState::Sent => return None,
        OutboxState::Cancelled(reason) if reason == OWNER_CHANGED => {
            state.ledger.taken_after(outgoing.conversation, outgoing.made_at)
        }
        OutboxState::Cancelled(reason) if reason == DISCARDED => {
            state.ledger.held.is_dropped(outgoing.conversation, item.id)
        }
        OutboxState::Cancelled(_) => part_was_lost(state, outgoing, item.id),
        OutboxState::Dead(_) => outgoing.refused,
        OutboxState::Unresolved => outgoing.doubts() > 0,
        OutboxState::Expired => outgoing.expires_at < now,
        OutboxState::Queued { .. } | OutboxState::Sending { .. } | OutboxState::Unknown { .. } | OutboxState::Held => {
            true
        }
    };
    (!excused).then(|| format!("never taken by the platform: {:?}", item.state))
}

/// One of the others was lost once. A person may have had that one sent again since, and it may have arrived: the parts that its
/// loss cancelled stay cancelled.
fn part_was_lost(state: &State, outgoing: &Outgoing, id: DeliveryId) -> bool {
    let mut parts = state.ledger.outgoing.iter().filter(|(other, part)| **other != id && part.line == outgoing.line);
    parts.any(|(other, part)| {
        part.refused
            || part.sent_again > 0
            || part.doubts() > 0
            || part.undone > 0
            || !state.platforms.acts.iter().any(|act| act.delivery == *other)
    })
}

/// Parts that were taken after an earlier one of the same message was given up without having been taken.
async fn torn_groups(world: &World) -> Vec<String> {
    let ids: Vec<DeliveryId> = {
        let state = world.state();
        let again = |outgoing: &Outgoing| outgoing.sent_again > 0 || outgoing.stalled;
        let touched: Vec<_> = state.ledger.outgoing.values().filter(|it| again(it)).map(|it| it.line).collect();
        let whole = state.ledger.outgoing.iter().filter(|(_, outgoing)| !touched.contains(&outgoing.line));
        whole.map(|(id, _)| *id).collect()
    };
    let mut items = vec![];
    for id in ids {
        items.extend(world.store.delivery(id).await.ok().flatten());
    }
    let state = world.state();
    let taken = |item: &&OutboxItem| state.platforms.acts.iter().any(|act| act.delivery == item.id);
    let given_up = |item: &&OutboxItem| {
        matches!(item.state, OutboxState::Dead(_) | OutboxState::Expired | OutboxState::Unresolved)
    };
    let lost = items.iter().filter(|item| item.line.is_some() && !taken(item)).filter(given_up);
    let followed = |lost: &&OutboxItem| {
        let later = items.iter().filter(|item| item.line == lost.line && item.position > lost.position);
        later.filter(taken).count() > 0
    };
    lost.filter(followed).map(|item| format!("one was taken after part {} was given up", item.ordinal + 1)).collect()
}

/// What the platform got and no committed turn or answer wanted sent.
fn nobodys(state: &State) -> Vec<String> {
    let unknown =
        state.platforms.acts.iter().filter(|act| !act.undone && !state.ledger.outgoing.contains_key(&act.delivery));
    unknown.map(|act| act.text.split(' ').next().unwrap_or_default().to_owned()).collect()
}

/// What a platform took first, conversation by conversation: later positions after earlier ones.
fn out_of_order(state: &State) -> Vec<String> {
    let mut found = vec![];
    let mut last: Vec<(ConversationId, u64, String)> = vec![];
    let mut firsts: Vec<DeliveryId> = vec![];
    for act in state.platforms.acts.iter().filter(|act| !act.dropped) {
        let Some(outgoing) = state.ledger.outgoing.get(&act.delivery) else { continue };
        if firsts.contains(&act.delivery) || outgoing.stalled || outgoing.sent_again > 0 || outgoing.undone > 0 {
            continue;
        }
        firsts.push(act.delivery);
        let name = act.text.split(' ').next().unwrap_or_default().to_owned();
        match last.iter_mut().find(|(conversation, ..)| *conversation == outgoing.conversation) {
            Some((_, position, before)) if *position > outgoing.position => {
                found.push(format!("`{name}` after `{before}`"));
            }
            Some(known) => *known = (outgoing.conversation, outgoing.position, name),
            None => last.push((outgoing.conversation, outgoing.position, name)),
        }
    }
    found
}
