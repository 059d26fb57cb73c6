//! `sportello plugin replay`: what a revision would have answered.

use std::process::ExitCode;

use serde_json::{Value, json};
use sportello_domain::replay::Replayed;

use super::Counter;
use super::decide::text;

pub(super) async fn run(mut counter: Counter, revision: &str, last: u32, require: &str) -> anyhow::Result<ExitCode> {
    let id = counter.resolve(revision).await?;
    let wish = json!({ "last": last, "require": require });
    let rehearsed = counter.post(&format!("/api/v1/revisions/{id}/replay"), wish).await?;
    let calls: Vec<Replayed> = serde_json::from_value(rehearsed["calls"].clone())?;
    let unmet: Vec<String> = serde_json::from_value(rehearsed["unmet"].clone())?;
    counter.tell(&rehearsed, |rehearsed| report(rehearsed, &calls, &unmet))?;
    Ok(if unmet.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(rehearsed: &Value, calls: &[Replayed], unmet: &[String]) -> String {
    let calls: String = calls.iter().map(|call| format!("{call}\n")).collect();
    let unmet: String = unmet.iter().map(|demand| format!("not met: {demand}\n")).collect();
    format!("{calls}{}\n{unmet}", text(rehearsed, "words"))
}
