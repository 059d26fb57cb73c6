//! `sportello plugin deploy`: the whole way, one line a step. Whoever stops it changes nothing: what was begun stands, and can be
//! gone on with by the other commands.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::counter::nothing;
use super::decide::text;
use super::{Counter, WAITS, push, show};
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
        counter.progress(&format!("{id}  {}", show::mode(&rollout["candidate"])))?;
        match watch(&mut counter, &name, &id).await? {
            Tried::Good => {}
            Tried::Differs(shown) => {
                let words =
                    format!("it answers otherwise: `sportello plugin promote {id}`, or `plugin rollback {name}`");
                counter.tell(&shown, |shown| format!("{}{words}", show::figures(shown)))?;
                return Ok(ExitCode::from(WAITS));
            }
            Tried::TakenBack(revision) => {
                counter.tell(&revision, |revision| format!("{id} is taken back: {}", text(revision, "reason")))?;
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    let rollout = counter.post(&format!("/api/v1/revisions/{id}/promote"), nothing()).await?;
    counter.progress(&format!("{id}  active"))?;
    counter.tell(&rollout, |_| format!("{id} serves"))?;
    Ok(ExitCode::SUCCESS)
}

/// What a trial comes to.
enum Tried {
    /// It may be promoted.
    Good,
    /// It answers otherwise than what serves, so an operator decides: all that is shown of the name.
    Differs(Value),
    /// The revision as it is then.
    TakenBack(Value),
}

/// Until the guard is sure.
async fn watch(counter: &mut Counter, name: &str, id: &str) -> anyhow::Result<Tried> {
    let mut told = 0;
    loop {
        let shown = counter.get(&format!("/api/v1/plugins/{name}")).await?;
        if shown["rollout"]["candidate"]["revision"] != id {
            return counter.get(&format!("/api/v1/revisions/{id}")).await.map(Tried::TakenBack);
        }
        if shown["judged"]["may-promote"] == true {
            return Ok(Tried::Good);
        }
        if shown["judged"]["differs"] == true {
            return Ok(Tried::Differs(shown));
        }
        let count = |pointer| shown.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
        let counted = count("/judged/stage/candidate/conversations").max(count("/judged/shadowed/same"));
        if counted >= told + 100 {
            told = counted;
            counter.progress(&format!("{id}  {counted} counted, nothing is certain yet"))?;
        }
        tokio::time::sleep(ASK).await;
    }
}
