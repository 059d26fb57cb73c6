//! One turn of the journal, as lines of text.

use sportello_domain::contract::{Analysis, Content, Effect, Exchange, Purpose, RequestError};
use sportello_engine::ports::store::{AnalysisEntry, StepEntry, StepResult, TurnRecord};

use super::content;
use super::time;

/// Intents that are shown of an analysis.
const INTENTS: usize = 3;
/// Letters that are shown of a text.
const LETTERS: usize = 72;

/// What the turn did, the first line naming it.
pub(super) fn written(turn: &TurnRecord) -> Vec<String> {
    let took = turn.ended_at.saturating_sub(turn.started_at) * 1_000;
    let mut lines = vec![format!("turn {} · {} · {} · {}", turn.seq, turn.outcome.name(), time::took(took), turn.id)];
    if let Some(analysis) = &turn.journal.analysis {
        lines.push(format!("  {}", written_analysis(analysis)));
    }
    for step in &turn.journal.steps {
        lines.extend(written_step(step));
    }
    lines.extend(turn.journal.notes.iter().map(|note| format!("  note: {note}")));
    lines
}

fn written_analysis(entry: &AnalysisEntry) -> String {
    let by = format!("by {} in {}", entry.revision, time::took(entry.took));
    match &entry.analysis {
        Ok(analysis) => format!("understood {} {by}", understood(analysis)),
        Err(reason) => format!("not understood: {reason} {by}"),
    }
}

fn understood(analysis: &Analysis) -> String {
    let intents = analysis.intents.iter().take(INTENTS);
    let mut parts: Vec<String> = intents.map(|intent| format!("{} {:.2}", intent.name, intent.confidence)).collect();
    parts.push(format!("out of scope {:.2}", analysis.out_of_scope));
    parts.push(format!("{} {:.2}", analysis.language, analysis.language_confidence));
    parts.extend(analysis.entities.iter().map(|entity| format!("{}={}", entity.kind, entity.value)));
    parts.join(" · ")
}

fn written_step(step: &StepEntry) -> Vec<String> {
    let (reason, took) = (reason(step.input.purpose), time::took(step.took));
    let mut lines = vec![format!("  {} ({}) asked {reason}, {took}", step.skill, step.revision)];
    lines.extend(step.exchanges.iter().map(|exchange| format!("    {}", written_exchange(exchange))));
    match &step.result {
        StepResult::Effects(effects) => {
            lines.extend(effects.iter().map(|effect| format!("    {}", written_effect(effect))))
        }
        StepResult::Pass => lines.push("    passed: not for this skill".to_owned()),
        StepResult::Failure(failure) => lines.push(format!("    gave up: {failure}")),
        StepResult::Broken(reason) => lines.push(format!("    failed: {reason}")),
    }
    lines
}

fn reason(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Dialogue => "to go on with its dialogue",
        Purpose::Intent => "for the intent",
        Purpose::Greeting => "to introduce the bot",
        Purpose::Fallback => "as the fallback",
        Purpose::HandOver => "to tell of the hand-over",
    }
}

fn written_exchange(exchange: &Exchange) -> String {
    let request = format!("{} {}", exchange.request.method, exchange.request.url);
    match &exchange.outcome {
        Ok(response) => format!("{request} → {} ({} bytes)", response.status, response.body.len()),
        Err(RequestError::NotGranted) => format!("{request} → not granted"),
        Err(RequestError::Unreachable(reason)) => format!("{request} → unreachable: {reason}"),
        Err(RequestError::Unknown(reason)) => format!("{request} → outcome unknown: {reason}"),
        Err(RequestError::TooLarge) => format!("{request} → answer too large"),
    }
}

fn written_effect(effect: &Effect) -> String {
    match effect {
        Effect::Say(said) => format!("say: {}", shortened(said)),
        Effect::Remember(memory) => format!("remember {} bytes (version {})", memory.data.len(), memory.version),
        Effect::Finish => "finish".to_owned(),
        Effect::HandOver(hand_over) => {
            let queue = hand_over.queue.as_deref().map(|queue| format!(" to {queue}")).unwrap_or_default();
            let urgent = if hand_over.urgent { ", urgent" } else { "" };
            format!("hand over{queue}{urgent}: {}", hand_over.reason)
        }
        Effect::Schedule(schedule) => format!("call again in {} ms: {}", schedule.after, schedule.tag),
        Effect::CancelSchedule(tag) => format!("do not call again: {tag}"),
        Effect::SetAttribute((name, Some(value))) => format!("set {name} = {value}"),
        Effect::SetAttribute((name, None)) => format!("remove {name}"),
        Effect::Tag(tag) => format!("tag {tag}"),
        Effect::OpenTask(task) => format!("open a task: {}", task.title),
    }
}

fn shortened(content: &Content) -> String {
    let text = content::written(content).replace('\n', " ");
    if text.chars().count() <= LETTERS {
        return text;
    }
    let start: String = text.chars().take(LETTERS).collect();
    format!("{start}…")
}
