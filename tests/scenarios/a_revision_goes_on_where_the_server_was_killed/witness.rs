//! What has to hold whenever a server that was killed is there again, by what it says of a name and by its audit log.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sportello_scenarios::{Stage, now};

/// The first time over a decision until the server is killed, and how much longer the next one is.
const SHORTEST: Duration = Duration::from_millis(1);
const LONGER: u32 = 4;
/// By then every decision stands.
const LONGEST: Duration = Duration::from_secs(10);
/// So often what is read may be torn by what goes on meanwhile.
const LOOKS: usize = 10;
const GLANCE: Duration = Duration::from_millis(50);

/// Kills the server and starts it again; the state that a revision had when it was killed, by the audit log.
pub(super) async fn killed(stage: &mut Stage, name: &str, revision: &str) -> anyhow::Result<String> {
    let at = now();
    stage.server.kill()?;
    stage.server.restart().await?;
    let shown = whole(stage, name).await?;
    // What is on record with an earlier time was written by the one that was killed.
    let mut before = audit(&shown).filter(|entry| entry["at"].as_u64().is_some_and(|then| then <= at));
    let last = before.find(|entry| entry["revision"] == revision).context("its upload was acknowledged")?;
    Ok(last["what"].as_str().unwrap_or_default().to_owned())
}

/// Asks for a decision and kills the server over it, later each time, until what is known of the name says that it stands.
pub(super) async fn decided(
    stage: &mut Stage,
    name: &str,
    path: &str,
    wish: &Value,
    stands: impl Fn(&Value) -> bool,
) -> anyhow::Result<Value> {
    let mut patience = SHORTEST;
    loop {
        let (api, path, wish) = (stage.api(), path.to_owned(), wish.clone());
        let asked = tokio::spawn(async move { api.post(&path, &wish).await });
        tokio::time::sleep(patience).await;
        stage.server.kill()?;
        let answer = asked.await?;
        stage.server.restart().await?;
        let shown = whole(stage, name).await?;
        if stands(&shown) {
            return Ok(shown);
        }
        ensure!(answer.is_err(), "it was acknowledged, and does not stand: {shown:#}");
        ensure!(patience < LONGEST, "it never stood: {shown:#}");
        patience *= LONGER;
    }
}

/// What is known of a name, where none of it is half.
pub(super) async fn whole(stage: &Stage, name: &str) -> anyhow::Result<Value> {
    // States and the audit log are read one after the other, and checks may go on in between.
    let mut looks = 0..LOOKS;
    loop {
        let shown = stage.shown(name).await?;
        let Some(found) = half(&shown) else { return Ok(shown) };
        ensure!(looks.next().is_some(), "{found}: {shown:#}");
        tokio::time::sleep(GLANCE).await;
    }
}

/// What does not go together: what the pointer says with the states of revisions, or the last entry of the audit log with the
/// state of its revision.
fn half(shown: &Value) -> Option<String> {
    let rollout = &shown["rollout"];
    for revision in shown["revisions"].as_array().into_iter().flatten() {
        let state = revision["state"].as_str().unwrap_or_default();
        let has_reason = revision["reason"].as_str().is_some_and(|reason| !reason.is_empty());
        let is_tried = ["canary", "shadow"].contains(&state);
        let has_ended_badly = ["rejected", "rolled-back"].contains(&state);
        let fits = (state == "active") == (revision["id"] == rollout["active"])
            && is_tried == (revision["id"] == rollout["candidate"]["revision"])
            && has_ended_badly == has_reason;
        if !fits {
            return Some(format!("{} is {state}", revision["id"]));
        }
    }
    let last = audit(shown).find(|entry| entry["what"] != "configured")?;
    let (what, revision) = (last["what"].as_str().unwrap_or_default(), last["revision"].as_str().unwrap_or_default());
    let state = state(shown, revision);
    (what.split(' ').next() != Some(state.as_str())).then(|| format!("{revision} is {state}, and not {what}"))
}

/// The state of a revision.
pub(super) fn state(shown: &Value, revision: &str) -> String {
    let mut all = shown["revisions"].as_array().into_iter().flatten();
    let found = all.find(|one| one["id"] == revision).map(|one| one["state"].as_str().unwrap_or_default());
    found.unwrap_or("unknown").to_owned()
}

/// What was done to a revision, oldest first.
pub(super) fn life(shown: &Value, revision: &str) -> Vec<String> {
    let mut life: Vec<String> = audit(shown)
        .filter(|entry| entry["revision"] == revision)
        .map(|entry| entry["what"].as_str().unwrap_or_default().to_owned())
        .collect();
    life.reverse();
    life
}

/// Newest first.
fn audit(shown: &Value) -> impl Iterator<Item = &Value> {
    shown["audit"].as_array().into_iter().flatten()
}
