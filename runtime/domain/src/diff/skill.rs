//! What a skill answers, statement by statement.

use serde_json::json;

use super::{channel, content, json as document, statement::Statement, words::quoted};
use crate::contract::{Effect, Failure, HandOver, Memory, Outcome, Task};

pub(super) fn statements(answer: &Result<Outcome, Failure>) -> Vec<Statement> {
    match answer {
        Ok(Outcome::Effects(effects)) => effects.iter().map(effect).collect(),
        Ok(Outcome::Perform(requests)) => channel::requests(requests),
        Ok(Outcome::Pass) => vec![Statement::plain("pass")],
        Err(failure) => vec![channel::failure(failure)],
    }
}

/// What a skill keeps; data that is JSON is compared as such.
pub(super) fn memory(memory: &Memory) -> Statement {
    let words = format!("version {}, {} bytes", memory.version, memory.data.len());
    Statement::new("remember", words, &json!({"version": memory.version, "data": document::of_bytes(&memory.data)}))
}

fn effect(effect: &Effect) -> Statement {
    match effect {
        Effect::Say(said) => Statement::new("say", content::told(said), said),
        Effect::Remember(kept) => memory(kept),
        Effect::Finish => Statement::plain("finish"),
        Effect::HandOver(wanted) => Statement::new("hand-over", hand_over(wanted), wanted),
        Effect::Schedule(wish) => {
            Statement::new("schedule", format!("{} after {} s", quoted(&wish.tag), wish.after / 1000), wish)
        }
        Effect::CancelSchedule(tag) => Statement::new("cancel-schedule", quoted(tag), tag),
        Effect::SetAttribute((name, value)) => {
            let value = value.as_deref().map_or_else(|| "nothing".to_owned(), quoted);
            Statement::new("set-attribute", format!("{name} = {value}"), effect)
        }
        Effect::Tag(tag) => Statement::new("tag", quoted(tag), tag),
        Effect::OpenTask(task) => Statement::new("open-task", open_task(task), task),
    }
}

fn hand_over(wanted: &HandOver) -> String {
    let queue = wanted.queue.as_deref().map(|queue| format!(" to {queue}")).unwrap_or_default();
    let urgent = if wanted.urgent { ", urgent" } else { "" };
    format!("{}{queue}{urgent}", quoted(&wanted.reason))
}

fn open_task(task: &Task) -> String {
    let department = task.department.as_deref().map(|name| format!(" for {name}")).unwrap_or_default();
    format!("{}{department}", quoted(&task.title))
}
