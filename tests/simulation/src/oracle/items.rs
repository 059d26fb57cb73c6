//! What was acknowledged is durable, is one item, and gets one turn that leaves nobody without an answer or a person.

use sportello_engine::ports::store::TurnOutcome;

use crate::customers::key;
use crate::plan::{Element, Wants};
use crate::world::{Invariant, World};

pub(super) fn judge(world: &World) {
    durable(world);
    answered_or_handed_over(world);
    orders(world);
}

fn durable(world: &World) {
    let state = world.state();
    let ledger = &state.ledger;
    let known = |event: &&String| {
        !ledger.places.contains_key(*event) && !ledger.dropped.contains(*event) && !event.starts_with('s')
    };
    let missing: Vec<String> = state.ledger.acknowledged.iter().filter(known).cloned().collect();
    let told: Vec<String> =
        state.ledger.agents_told.iter().filter(|key| !state.ledger.answers.contains_key(*key)).cloned().collect();
    drop(state);
    for event in missing {
        world.broken(Invariant::Durable, || format!("{event} was acknowledged and is not in the store"));
    }
    for key in told {
        world.broken(Invariant::Durable, || format!("{key} was taken and is not in the store"));
    }
}

/// A turn that ends without a word needs a person who has the conversation.
fn answered_or_handed_over(world: &World) {
    let mut seen = vec![];
    let state = world.state();
    let excused = state.stood_still > 0;
    for element in &world.plan.elements {
        let Element::Message { customer, number, wants, .. } = element else { continue };
        let key = key(*customer, *number);
        let places = state.ledger.places.get(&key).into_iter().flatten();
        for turn in places.filter_map(|place| state.ledger.items.get(place)?.turn.as_ref()) {
            let silent = turn.deliveries.is_empty();
            let speaks = matches!(turn.outcome, TurnOutcome::Answered | TurnOutcome::HandedOver);
            if silent && turn.bot_owned {
                seen.push(format!("{key} was not answered, and nobody but the bot had the conversation"));
            }
            let simple = matches!(wants, Wants::Answer | Wants::Parts | Wants::Later | Wants::End);
            let excused = excused || turn.stranded || state.plugins_failed;
            if speaks && simple && turn.outcome == TurnOutcome::HandedOver && !excused {
                seen.push(format!("{key} was handed over without a reason"));
            }
        }
    }
    drop(state);
    for seen in seen {
        world.broken(Invariant::Lost, || seen);
    }
}

fn orders(world: &World) {
    let mut orders = world.state().ledger.orders.clone();
    let lookups = world.plan.lookups();
    orders.retain(|order| !lookups.contains(&order.split(' ').next().unwrap_or_default().to_owned()));
    orders.sort();
    for pair in orders.windows(2).filter(|pair| pair[0] == pair[1]) {
        world.broken(Invariant::AtMostOnce, || format!("the shop did `{}` twice", pair[0]));
    }
}

/// What was scheduled, was not taken away by anybody, and is no item yet.
pub(super) async fn unfired(world: &World) -> Vec<String> {
    let all = world.conversations().await;
    let bots = all.iter().map(|overview| &overview.conversation).filter(|conversation| conversation.owner.is_bot());
    let bots: Vec<_> = bots.map(|conversation| conversation.id).collect();
    let state = world.state();
    let waiting = state.ledger.schedules.iter().filter(|(conversation, tag)| {
        let handled = state.ledger.takeovers.iter().any(|takeover| takeover.conversation == *conversation);
        let name = format!("{tag}+");
        let mut items = state.ledger.items.range((*conversation, 0)..=(*conversation, u64::MAX));
        bots.contains(conversation) && !handled && !items.any(|(_, item)| item.event.as_ref() == Some(&name))
    });
    waiting.map(|(_, tag)| format!("what {tag} scheduled has not come due")).collect()
}
