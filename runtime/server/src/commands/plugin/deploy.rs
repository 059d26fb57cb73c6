//! `sportello plugin deploy`: the whole way, one line a step. Whoever stops it changes nothing: what was begun stands, and can be
//! gone on with by the other commands.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::counter::nothing;
use super::decide::text;
use super::{Counter, WAITS, push};
use crate::cli::PushWhat;

/// How often it is asked what the guard thinks.
const ASK: Duration = Duration::from_secs(1);

pub(super) async fn run(mut counter: Counter, what: PushWhat, share: Option<u8>) -> anyhow::Result<ExitCode> {
    let revision = push::push(&mut counter, what).await?;
    let (id, name) = (text(&revision, "id").to_owned(), text(&revision, "name").to_owned());
    match (text(&revision, "state"), text(&revision, "waits-for")) {
        ("rejected", _) => {
            counter.tell(&revision, |revision| format!("{id} is rejected: {}", text(revision, "reason")))?;
            return Ok(ExitCode::FAILURE);
        }
        (_, "grant") => {
            counter.tell(&revision, |_| format!("{id} asks for more than it had: `sportello plugin grant {id}`"))?;
            return Ok(ExitCode::from(WAITS));
        }
        _ => {}
    }
    if let Some(share) = share {
        let rollout = counter.post(&format!("/api/v1/revisions/{id}/canary"), json!({ "percent": share })).await?;
        let shadows = rollout["candidate"]["mode"] == "shadow";
        anyhow::ensure!(
            !shadows,
            "{id} runs beside what serves; nobody but you decides about a classifier: `sportello plugin promote {id}`"
        );
        counter.progress(&format!("{id}  canary {share} %"))?;
        if let Some(taken_back) = watch(&mut counter, &name, &id).await? {
            counter.tell(&taken_back, |revision| format!("{id} is taken back: {}", text(revision, "reason")))?;
            return Ok(ExitCode::FAILURE);
        }
    }
    let rollout = counter.post(&format!("/api/v1/revisions/{id}/promote"), nothing()).await?;
    counter.progress(&format!("{id}  active"))?;
    counter.tell(&rollout, |_| format!("{id} serves"))?;
    Ok(ExitCode::SUCCESS)
}

/// Until the guard is sure: none where it may be promoted, else the revision as it was taken back.
async fn watch(counter: &mut Counter, name: &str, id: &str) -> anyhow::Result<Option<Value>> {
    let mut told = 0;
    loop {
        let shown = counter.get(&format!("/api/v1/plugins/{name}")).await?;
        if shown["rollout"]["candidate"]["revision"] != id {
            return counter.get(&format!("/api/v1/revisions/{id}")).await.map(Some);
        }
        if shown["judged"]["may-promote"] == true {
            return Ok(None);
        }
        let counted = shown["judged"]["stage"]["candidate"]["conversations"].as_u64().unwrap_or_default();
        if counted >= told + 100 {
            told = counted;
            counter.progress(&format!("{id}  {counted} conversations, nothing is certain yet"))?;
        }
        tokio::time::sleep(ASK).await;
    }
}
