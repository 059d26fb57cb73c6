//! A channel and a classifier are deployed while people write: tried on what they write, and switched when the guard is sure.

mod crowd;

use std::io::Write as _;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sportello_harness::{Ran, Setup, another};
use sportello_scenarios::{Stage, scene, scene_with};

use crowd::Crowd;

/// Names a file for a transcript of what is typed and printed; so the one in `runtime/UPGRADES.md` was recorded.
const TRANSCRIPT: &str = "TRANSCRIPT";

/// So often a candidate that was found slow is deployed once more.
const AGAIN: usize = 2;

/// Deploys another component for a name, with these arguments.
async fn deploy(stage: &Stage, name: &str, plugin: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let before = stage.shown(name).await?["rollout"]["active"].clone();
    let file = format!("{plugin}.wasm");
    std::fs::write(stage.server.setup().folder().join(&file), another(plugin, 1)?)?;
    let crowd = Crowd::starts(stage)?;
    let mut again = 0..AGAIN;
    let ran = loop {
        let ran = types(stage, &[&["deploy", &file, "--why", "newer"], arguments].concat()).await?;
        // Whatever else the machine is busy with may hit one arm more than the other.
        let is_chance = ran.output.contains("slow calls") && again.next().is_some();
        if ran.status.success() || !is_chance {
            break ran;
        }
    };
    let customers = crowd.stop(stage).await?;
    write_down(&format!("# {customers} customers wrote meanwhile. Each was greeted and answered once.\n"))?;
    ensure!(ran.status.success() && ran.output.ends_with(" serves\n"), "{customers} customers wrote: {ran:#?}");
    let shown = stage.shown(name).await?;
    ensure!(shown["rollout"]["previous"] == before && shown["rollout"]["active"] != before, "{shown:#}");
    Ok(())
}

/// Runs `sportello plugin …`, for the transcript too.
async fn types(stage: &Stage, arguments: &[&str]) -> anyhow::Result<Ran> {
    let ran = stage.plugin(arguments).await?;
    let quoted = |word: &&str| if word.contains(' ') { format!("'{word}'") } else { (*word).to_owned() };
    let typed: Vec<String> = arguments.iter().map(quoted).collect();
    write_down(&format!("$ sportello plugin {}\n{}{}", typed.join(" "), ran.errors, ran.output))?;
    Ok(ran)
}

fn write_down(text: &str) -> anyhow::Result<()> {
    let Some(file) = std::env::var_os(TRANSCRIPT) else { return Ok(()) };
    let mut file = std::fs::File::options().create(true).append(true).open(file)?;
    Ok(writeln!(file, "{text}")?)
}

/// What was done to what serves, newest first.
fn life(shown: &Value) -> Vec<&str> {
    let of = |entry: &&Value| entry["revision"] == shown["rollout"]["active"];
    let audit = shown["audit"].as_array().into_iter().flatten();
    audit.filter(of).filter_map(|entry| entry["what"].as_str()).collect()
}

#[tokio::test]
async fn a_channel_gets_its_share_is_compared_on_what_it_reads_and_is_promoted() {
    // The platform's own pace would make the guard wait.
    let quick = |setup: Setup| setup.set("channels.whatsapp.settings.messages-per-second", 1_000_000);
    scene_with(quick, async |stage| {
        deploy(stage, "whatsapp", "whatsapp", &["--share", "50%"]).await?;
        let shown = stage.shown("whatsapp").await?;
        ensure!(life(&shown)[..2] == ["active", "canary 50 %"], "{:?}", life(&shown));
        types(stage, &["show", "whatsapp"]).await?;
        let back = types(stage, &["rollback", "whatsapp", "--why", "to show it"]).await?;
        ensure!(back.status.success(), "{back:#?}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_classifier_runs_beside_what_serves_and_is_switched() {
    scene(async |stage| {
        deploy(stage, "nlu", "intents", &[]).await?;
        let shown = stage.shown("nlu").await?;
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
