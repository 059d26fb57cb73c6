//! What a turn has for people to look at.

use sportello_domain::{
    Instant,
    contract::{Purpose, Trigger},
    learning::{Doubt, Utterance, mask, understood},
    routing::{Automation, Policy, chosen_intent},
};

use crate::ports::store::{Chosen, Journaled, StepResult, TurnOutcome, TurnRecord};

/// A choice that comes later is not about what was written before; milliseconds.
const ANSWERED_WITHIN: Instant = 60 * 60 * 1_000;
/// So many intents are kept of an analysis.
const LIKELIEST: usize = 3;
/// And so many characters of a text: nobody learns from more.
const LONGEST: usize = 500;

/// Whether there is anything: most turns need not be read for it.
pub(crate) fn is_instructive(record: &TurnRecord, policy: &Policy) -> bool {
    doubt(record, policy).is_some() || chosen(record).is_some()
}

/// Something that was not understood, or that a person took over.
pub(super) fn utterance(turn: &Journaled, policy: &Policy) -> Option<Utterance> {
    let doubt = doubt(&turn.record, policy)?;
    let entry = turn.record.journal.analysis.as_ref()?;
    let analysis = entry.analysis.as_ref().ok()?;
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
    let intent = chosen(&turn.record)?.to_owned();
    let since = turn.record.started_at.saturating_sub(ANSWERED_WITHIN);
    Some(Chosen { conversation: turn.conversation, since, intent })
}

fn doubt(record: &TurnRecord, policy: &Policy) -> Option<Doubt> {
    let analysis = record.journal.analysis.as_ref()?.analysis.as_ref().ok()?;
    let handed_over = record.outcome == TurnOutcome::HandedOver;
    match understood(analysis, policy) {
        // The dialogue that asked has understood it.
        _ if answered_by_dialogue(record) && !handed_over => None,
        Err(doubt) => Some(doubt),
        Ok(intent) if handed_over && !left_to_people(intent, policy) => Some(Doubt::HandedOver),
        Ok(_) => None,
    }
}

fn chosen(record: &TurnRecord) -> Option<&str> {
    let message = record.journal.steps.iter().find_map(|step| match &step.input.trigger {
        Trigger::Message(message) => Some(message),
        _ => None,
    })?;
    chosen_intent(message)
}

fn answered_by_dialogue(record: &TurnRecord) -> bool {
    let took = record.journal.steps.iter().find(|step| matches!(step.result, StepResult::Effects(_)));
    took.is_some_and(|step| step.input.purpose == Purpose::Dialogue)
}

/// It was understood, and the operator wants it so.
fn left_to_people(intent: &str, policy: &Policy) -> bool {
    policy.intents.get(intent).is_some_and(|rule| rule.automation != Automation::Auto)
}
