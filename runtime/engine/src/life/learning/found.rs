//! What a turn of the journal has for people to look at.

use sportello_domain::{
    Instant,
    contract::{Purpose, Trigger},
    learning::{Doubt, Utterance, mask, understood},
    routing::{Automation, Policy, chosen_intent},
};

use crate::ports::store::{Chosen, Journaled, StepResult, TurnOutcome};

/// A choice that comes later is not about what was written before; milliseconds.
const ANSWERED_WITHIN: Instant = 60 * 60 * 1_000;
/// So many intents are kept of an analysis.
const LIKELIEST: usize = 3;
/// And so many characters of a text: nobody learns from more.
const LONGEST: usize = 500;

/// Something that was not understood, or that a person took over.
pub(super) fn utterance(turn: &Journaled, policy: &Policy) -> Option<Utterance> {
    let entry = turn.record.journal.analysis.as_ref()?;
    let analysis = entry.analysis.as_ref().ok()?;
    let meant = understood(analysis, policy);
    let handed_over = turn.record.outcome == TurnOutcome::HandedOver;
    let doubt = match meant {
        // The dialogue that asked has understood it.
        _ if answered_by_dialogue(turn) && !handed_over => return None,
        Err(doubt) => doubt,
        Ok(intent) if handed_over && !left_to_people(intent, policy) => Doubt::HandedOver,
        Ok(_) => return None,
    };
    let text: String = mask(&entry.text).chars().take(LONGEST).collect();
    (!text.is_empty()).then(|| Utterance {
        id: turn.record.id,
        conversation: turn.conversation,
        at: turn.record.started_at,
        text,
        language: analysis.language.clone(),
        doubt,
        predicted: analysis.intents.iter().take(LIKELIEST).cloned().collect(),
        chosen: None,
    })
}

/// What a customer chose.
pub(super) fn choice(turn: &Journaled) -> Option<Chosen> {
    let message = turn.record.journal.steps.iter().find_map(|step| match &step.input.trigger {
        Trigger::Message(message) => Some(message),
        _ => None,
    })?;
    let intent = chosen_intent(message)?.to_owned();
    let since = turn.record.started_at.saturating_sub(ANSWERED_WITHIN);
    Some(Chosen { conversation: turn.conversation, since, intent })
}

fn answered_by_dialogue(turn: &Journaled) -> bool {
    let took = turn.record.journal.steps.iter().find(|step| matches!(step.result, StepResult::Effects(_)));
    took.is_some_and(|step| step.input.purpose == Purpose::Dialogue)
}

/// It was understood, and the operator wants it so.
fn left_to_people(intent: &str, policy: &Policy) -> bool {
    policy.intents.get(intent).is_some_and(|rule| rule.automation != Automation::Auto)
}
