//! A channel and a classifier are deployed while people write: tried on what they write, and switched when the guard is sure.

mod crowd;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sportello_harness::another;
use sportello_scenarios::{Stage, scene};

use crowd::Crowd;

/// Deploys another component for a name, with these arguments; all that is known of the name then.
async fn deployed(stage: &Stage, name: &str, plugin: &str, arguments: &[&str]) -> anyhow::Result<Value> {
    let before = stage.shown(name).await?["rollout"]["active"].clone();
    let file = stage.server.setup().folder().join(format!("{plugin}.wasm"));
    std::fs::write(&file, another(plugin, 1)?)?;
    let file = file.to_string_lossy();
    let crowd = Crowd::starts(stage)?;
    let ran = stage.plugin(&[&["deploy", &file, "--why", "newer"], arguments].concat()).await?;
    let customers = crowd.stop(stage).await?;
    ensure!(ran.status.success() && ran.output.ends_with(" serves\n"), "{customers} customers wrote: {ran:#?}");
    let shown = stage.shown(name).await?;
    ensure!(shown["rollout"]["previous"] == before && shown["rollout"]["active"] != before, "{shown:#}");
    Ok(shown)
}

/// What was done to what serves, newest first.
fn life(shown: &Value) -> Vec<&str> {
    let of = |entry: &&Value| entry["revision"] == shown["rollout"]["active"];
    let audit = shown["audit"].as_array().into_iter().flatten();
    audit.filter(of).filter_map(|entry| entry["what"].as_str()).collect()
}

#[tokio::test]
async fn a_channel_gets_its_share_is_compared_on_what_it_reads_and_is_promoted() {
    scene(async |stage| {
        let shown = deployed(stage, "whatsapp", "whatsapp", &["--share", "50%"]).await?;
        ensure!(life(&shown)[..2] == ["active", "canary 50 %"], "{:?}", life(&shown));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_classifier_runs_beside_what_serves_and_is_switched() {
    scene(async |stage| {
        let shown = deployed(stage, "nlu", "intents", &[]).await?;
        ensure!(life(&shown)[..2] == ["active", "shadow"], "{:?}", life(&shown));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_classifier_that_understands_otherwise_waits_for_somebody_and_serves_nobody() {
    scene(async |stage| {
        let before = stage.shown("nlu").await?["rollout"]["active"].clone();
        let folder = stage.server.setup().folder().join("fewer");
        std::fs::create_dir(&folder)?;
        // What it never heard of it cannot tell from the rest.
        let corpus: toml::Table =
            std::fs::read_to_string(stage.server.setup().folder().join("corpus/en.toml"))?.parse()?;
        let mut fewer = corpus.clone();
        let intents = fewer["intents"].as_table_mut().context("a corpus has intents")?;
        intents.retain(|intent, _| ["greeting", "thanks", "complaint"].contains(&intent));
        std::fs::write(folder.join("en.toml"), toml::to_string(&fewer)?)?;
        let crowd = Crowd::starts(stage)?;
        let ran = stage.plugin(&["deploy", "--name", "nlu", "--corpus", &folder.to_string_lossy()]).await?;
        crowd.stop(stage).await?;
        ensure!(ran.status.code() == Some(3) && ran.output.contains("it answers otherwise"), "{ran:#?}");
        let shown = stage.shown("nlu").await?;
        ensure!(shown["rollout"]["active"] == before, "it serves all the same: {shown:#}");
        Ok(())
    })
    .await;
}
