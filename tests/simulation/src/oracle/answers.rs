//! Answers as customers see them: each message is answered by one turn, none twice, in the order of acceptance, and what the skill
//! counted tells that every turn committed as a whole.

use std::collections::BTreeMap;

use crate::customers::Answer;
use crate::world::{Invariant, World};

pub(super) fn judge(world: &World) {
    // Who was erased was counted anew.
    let mut by_thread: BTreeMap<(String, Option<usize>), Vec<Answer>> = BTreeMap::new();
    let state = world.state();
    for act in state.platforms.acts.iter().filter(|act| !act.dropped && !act.undone) {
        if let Some(answer) = Answer::read(&act.text) {
            let outgoing = state.ledger.outgoing.get(&act.delivery);
            let erased = outgoing.and_then(|outgoing| state.ledger.erased.get(&outgoing.conversation).copied());
            let answers = by_thread.entry((act.thread.clone(), erased)).or_default();
            // Repetitions are judged delivery by delivery.
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
    }
    drop(state);
    for answers in by_thread.values() {
        judge_thread(world, answers);
    }
}

fn judge_thread(world: &World, answers: &[Answer]) {
    for (index, answer) in answers.iter().enumerate() {
        for other in &answers[index + 1..] {
            let same_key = answer.key == other.key;
            if same_key && answer.lifetime != other.lifetime {
                world.broken(Invariant::OneTurn, || format!("`{answer}` and `{other}` are of two turns"));
            }
            if !same_key && answer.lifetime == other.lifetime {
                world.broken(Invariant::AllOrNothing, || format!("`{answer}` and `{other}` were counted as one"));
            }
        }
    }
    let lets_go = !world.state().ledger.let_go.is_empty();
    let mut turns: Vec<&Answer> = answers.iter().collect();
    turns.sort_by_key(|answer| answer.lifetime);
    turns.dedup_by_key(|answer| answer.lifetime);
    for pair in turns.windows(2) {
        let goes_on = pair[1].counted == pair[0].counted + (pair[1].lifetime - pair[0].lifetime);
        let begins_anew = pair[1].counted <= pair[1].lifetime - pair[0].lifetime;
        // What took over from a revision that was taken back goes on with what it kept last, if that was long ago.
        let goes_back = lets_go && pair[1].counted < pair[0].counted + (pair[1].lifetime - pair[0].lifetime);
        if !goes_on && !begins_anew && !goes_back {
            world.broken(Invariant::AllOrNothing, || {
                format!("the skill's memory and the customer's attributes disagree: `{}`, then `{}`", pair[0], pair[1])
            });
        }
    }
    // What came first was counted first, unless it was held up on the wire.
    let stalled = world.state().ledger.outgoing.values().any(|outgoing| outgoing.stalled || outgoing.sent_again > 0);
    if !stalled {
        for pair in answers.windows(2).filter(|pair| pair[0].lifetime > pair[1].lifetime) {
            world.broken(Invariant::OutOfOrder, || format!("`{}` before `{}`", pair[0], pair[1]));
        }
    }
}
