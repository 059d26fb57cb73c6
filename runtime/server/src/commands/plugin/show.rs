//! `sportello plugin list`, `show`, `diff`.

use std::process::ExitCode;

use serde_json::Value;

use super::Counter;
use super::decide::text;
use super::table::table;
use crate::transcript::written_time;

pub(super) async fn list(mut counter: Counter) -> anyhow::Result<ExitCode> {
    let listed = counter.get("/api/v1/plugins").await?;
    counter.tell(&listed, |listed| {
        let row = |plugin: &Value| {
            let cells = ["name", "kind", "plugin", "id"].map(|key| text(plugin, key).to_owned());
            let tried = match &plugin["candidate"] {
                Value::Null => String::new(),
                candidate => format!("{} ({})", text(candidate, "revision"), mode(candidate)),
            };
            cells.into_iter().chain([tried]).collect()
        };
        let rows: Vec<Vec<String>> = listed["plugins"].as_array().into_iter().flatten().map(row).collect();
        table(&["NAME", "KIND", "PLUGIN", "SERVES", "IS TRIED"], &rows)
    })?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn one(mut counter: Counter, name: &str) -> anyhow::Result<ExitCode> {
    let shown = counter.get(&format!("/api/v1/plugins/{name}")).await?;
    counter.tell(&shown, |shown| format!("{}\n\n{}{}", revisions(shown), figures(shown), history(shown)))?;
    Ok(ExitCode::SUCCESS)
}

fn revisions(shown: &Value) -> String {
    let candidate = &shown["rollout"]["candidate"];
    let row = |revision: &Value| {
        let is_tried = candidate["revision"] == revision["id"];
        let state = if is_tried { mode(candidate) } else { text(revision, "state").to_owned() };
        let digest = text(revision, "digest").chars().take(12).collect();
        let why = match text(revision, "waits-for") {
            "grant" => "waits for `plugin grant`".to_owned(),
            _ => text(revision, "reason").to_owned(),
        };
        let pushed = written_time(revision["pushed-at"].as_u64().unwrap_or_default());
        vec![text(revision, "id").to_owned(), state, digest, pushed, why]
    };
    let rows: Vec<Vec<String>> = shown["revisions"].as_array().into_iter().flatten().map(row).collect();
    table(&["REVISION", "STATE", "COMPONENT", "PUSHED", "WHY"], &rows)
}

/// What the guard counts, while something is tried.
pub(super) fn figures(shown: &Value) -> String {
    let lines = shown["judged"]["figures"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut lines: String = lines.map(|line| format!("{line}\n")).collect();
    let examples = shown["judged"]["shadowed"]["examples"].as_array().into_iter().flatten().filter_map(Value::as_str);
    lines.extend(examples.map(|example| format!("  {example}\n")));
    if lines.is_empty() { lines } else { format!("{lines}\n") }
}

fn history(shown: &Value) -> String {
    let row = |entry: &Value| {
        let at = written_time(entry["at"].as_u64().unwrap_or_default());
        let cells = ["who", "revision", "what", "why"].map(|key| text(entry, key).to_owned());
        std::iter::once(at).chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = shown["audit"].as_array().into_iter().flatten().map(row).collect();
    table(&["WHEN", "WHO", "REVISION", "WHAT", "WHY"], &rows)
}

/// `canary 10 %` or `shadow`.
pub(super) fn mode(candidate: &Value) -> String {
    match &candidate["mode"]["canary"] {
        Value::Null => "shadow".to_owned(),
        percent => format!("canary {percent} %"),
    }
}

pub(super) async fn diff(mut counter: Counter, one: &str, other: &str) -> anyhow::Result<ExitCode> {
    let (one, other) = (counter.resolve(one).await?, counter.resolve(other).await?);
    let found = counter.get(&format!("/api/v1/revisions/{one}/diff/{other}")).await?;
    counter.tell(&found, |found| {
        let lines = |difference: &Value| {
            let side = |sign: &str, value: &Value| match value {
                Value::Null => String::new(),
                Value::String(text) => format!("  {sign} {text}\n"),
                value => format!("  {sign} {value}\n"),
            };
            let at = text(difference, "at");
            format!("{at}\n{}{}", side("-", &difference["from"]), side("+", &difference["to"]))
        };
        let all: String = found["differences"].as_array().into_iter().flatten().map(lines).collect();
        if all.is_empty() { "they do not differ".to_owned() } else { all }
    })?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_tried_is_shown_with_its_share() {
        let shown = json!({
            "rollout": {"candidate": {"revision": "faq@2", "mode": {"canary": 10}}},
            "revisions": [
                {"id": "faq@2", "state": "canary", "digest": "0123456789abcdef", "pushed-at": 1_795_305_600_000_u64},
                {"id": "faq@1", "state": "active", "digest": "fedcba9876543210", "pushed-at": 1_795_305_600_000_u64},
            ],
        });
        let table = revisions(&shown);
        assert!(table.contains("faq@2     canary 10 %  0123456789ab  2026-11-22 00:00:00Z"), "{table}");
    }
}
