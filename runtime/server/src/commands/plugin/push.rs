//! `sportello plugin push`: something new, on its way to where somebody can decide about it.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{Counter, WAITS, decide};
use crate::cli::PushWhat;
use crate::config::Problems;
use crate::corpus::LoadedCorpus;

/// How often it is asked how far the checks are.
const ASK: Duration = Duration::from_millis(200);

pub(super) async fn run(mut counter: Counter, what: PushWhat) -> anyhow::Result<ExitCode> {
    let revision = push(&mut counter, what).await?;
    counter.tell(&revision, outcome)?;
    Ok(match (revision["state"].as_str(), revision["waits-for"].as_str()) {
        (Some("rejected"), _) => ExitCode::FAILURE,
        (_, Some("grant")) => ExitCode::from(WAITS),
        _ => ExitCode::SUCCESS,
    })
}

/// Uploads and follows; the revision once its checks are over.
pub(super) async fn push(counter: &mut Counter, what: PushWhat) -> anyhow::Result<Value> {
    let name = name(counter, &what).await?;
    let mut wish = json!({});
    if let Some(file) = &what.file {
        let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        counter.progress(&format!("uploading {} ({} KiB)", file.display(), bytes.len() / 1024))?;
        wish["component"] = counter.upload(bytes).await?;
    }
    if let Some(file) = &what.settings {
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
        wish["settings"] = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    }
    if let Some(folder) = &what.corpus {
        wish["corpus"] = counter.upload(corpus(folder)?).await?;
    }
    let pushed = counter.post(&format!("/api/v1/plugins/{name}/revisions"), wish).await?;
    follow(counter, pushed).await
}

/// Until the checks are over, with a line for each.
async fn follow(counter: &mut Counter, mut revision: Value) -> anyhow::Result<Value> {
    let id = decide::text(&revision, "id").to_owned();
    let mut told = String::new();
    loop {
        let state = decide::text(&revision, "state");
        if state != told {
            counter.progress(&format!("{id}  {state}"))?;
            told = state.to_owned();
        }
        if revision["waits-for"] != "checks" {
            return Ok(revision);
        }
        tokio::time::sleep(ASK).await;
        revision = counter.get(&format!("/api/v1/revisions/{id}")).await?;
    }
}

/// The name that was given, or the only one that the plugin of the file serves.
async fn name(counter: &mut Counter, what: &PushWhat) -> anyhow::Result<String> {
    if let Some(name) = &what.name {
        return Ok(name.clone());
    }
    let file = what.file.as_deref().context("say with --name what the settings or the corpus are for")?;
    let plugin = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let listed = counter.get("/api/v1/plugins").await?;
    let plugins = listed["plugins"].as_array().into_iter().flatten();
    let names: Vec<&str> =
        plugins.filter(|one| one["plugin"] == plugin.as_str()).map(|one| decide::text(one, "name")).collect();
    match names[..] {
        [name] => Ok(name.to_owned()),
        [] => anyhow::bail!("nothing is served by a plugin `{plugin}`: say with --name what this is for"),
        _ => anyhow::bail!("`{plugin}` serves {}: say with --name which of them this is for", names.join(" and ")),
    }
}

pub(in crate::commands) fn corpus(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let problems = Problems::of(folder);
    let loaded = LoadedCorpus::in_folder(folder, &problems);
    anyhow::ensure!(problems.are_tolerable(), "{problems}");
    Ok(serde_json::to_vec(&loaded.corpus)?)
}

fn outcome(revision: &Value) -> String {
    let id = decide::text(revision, "id");
    match (decide::text(revision, "state"), decide::text(revision, "waits-for")) {
        ("rejected", _) => format!("{id} is rejected: {}", decide::text(revision, "reason")),
        (_, "grant") => format!("{id} asks for more than it had: see `sportello plugin grant {id}`"),
        (_, "decision") => {
            format!(
                "{id} has passed its checks: `sportello plugin canary {id} 10%`, or `sportello plugin promote {id}`"
            )
        }
        (state, _) => format!("{id} is {state}"),
    }
}
