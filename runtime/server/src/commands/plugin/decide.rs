//! `sportello plugin canary`, `promote`, `rollback`, `grant`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::counter::nothing;
use super::{Counter, WAITS};

pub(super) async fn canary(mut counter: Counter, revision: &str, share: u8) -> anyhow::Result<ExitCode> {
    let id = counter.resolve(revision).await?;
    let rollout = counter.post(&format!("/api/v1/revisions/{id}/canary"), json!({ "percent": share })).await?;
    counter.tell(&rollout, |rollout| match &rollout["candidate"]["mode"] {
        Value::String(_) => format!("{id} runs beside {}, without effects", text(rollout, "active")),
        _ => format!("{id} serves {share} % of the conversations; {} serves the others", text(rollout, "active")),
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn promote(mut counter: Counter, revision: &str) -> anyhow::Result<ExitCode> {
    let id = counter.resolve(revision).await?;
    let rollout = counter.post(&format!("/api/v1/revisions/{id}/promote"), nothing()).await?;
    counter.tell(&rollout, |rollout| match text(rollout, "previous") {
        "" => format!("{id} serves"),
        previous => format!("{id} serves; dialogues that began with {previous} end there"),
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn roll_back(mut counter: Counter, name: &str) -> anyhow::Result<ExitCode> {
    let back = counter.post(&format!("/api/v1/plugins/{name}/rollback"), nothing()).await?;
    counter.tell(&back, |back| {
        let (from, to) = (text(back, "from"), text(back, "to"));
        let (dialogues, people) = (&back["dialogues"], &back["to-people"]);
        format!("{from} is taken back, {to} serves: {dialogues} dialogues let go of it, {people} of them go to people")
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn grant(
    mut counter: Counter,
    revision: &str,
    secrets: Vec<(String, String)>,
    yes: bool,
) -> anyhow::Result<ExitCode> {
    let id = counter.resolve(revision).await?;
    if !yes {
        let shown = counter.get(&format!("/api/v1/revisions/{id}")).await?;
        counter.tell(&shown, wants)?;
        return Ok(ExitCode::from(WAITS));
    }
    let secrets: BTreeMap<String, String> = secrets.into_iter().collect();
    let granted = counter.post(&format!("/api/v1/revisions/{id}/grant"), json!({ "secrets": secrets })).await?;
    counter.tell(&granted, |granted| format!("granted: it goes on as {}", text(granted, "id")))?;
    Ok(ExitCode::SUCCESS)
}

/// Exactly what is new.
fn wants(revision: &Value) -> String {
    let list = |key: &str, words: &str| {
        let asked = revision["wants"][key].as_array().cloned().unwrap_or_default();
        asked.iter().filter_map(Value::as_str).map(|one| format!("  {words} {one}\n")).collect::<String>()
    };
    let asked = list("hosts", "to call") + &list("secrets", "to use the secret");
    let id = text(revision, "id");
    match asked.as_str() {
        "" => format!("{id} asks for nothing that it has not"),
        asked => format!("{id} asks beyond what serves:\n{asked}grant it with `sportello plugin grant {id} --yes`"),
    }
}

/// A member of an answer, '' where there is none.
pub(super) fn text<'a>(answer: &'a Value, key: &str) -> &'a str {
    answer[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_shown_word_by_word() {
        let revision = json!({"id": "faq@1", "wants": {"hosts": ["https://a.example"], "secrets": ["key"]}});
        let shown = wants(&revision);
        assert!(shown.contains("to call https://a.example\n") && shown.contains("the secret key\n"), "{shown}");
        assert!(wants(&json!({"id": "faq@1", "wants": {"hosts": [], "secrets": []}})).contains("nothing"));
    }
}
