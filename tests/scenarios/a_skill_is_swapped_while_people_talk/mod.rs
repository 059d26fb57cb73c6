//! An operator changes a skill at noon: dialogues end where they began, what turns out badly goes back, and nobody is left
//! without an answer.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_harness::Ran;
use sportello_scenarios::{Channel, Stage, scene, scene_with};

const LIMIT: Duration = Duration::from_secs(45);

/// Runs `sportello plugin …` on the server of the stage, whatever comes of it.
async fn plugin(stage: &Stage, arguments: &[&str]) -> anyhow::Result<Ran> {
    let config = stage.server.setup().config_file();
    let config = config.to_str().context("a path that is text")?;
    stage.server.setup().run(&[&["plugin"], arguments, &["--config", config]].concat()).await
}

/// As [`plugin`], of a command that succeeds, with its answer.
async fn told(stage: &Stage, arguments: &[&str]) -> anyhow::Result<Value> {
    let ran = plugin(stage, &[arguments, &["--json"]].concat()).await?;
    anyhow::ensure!(ran.status.success(), "{arguments:?}: {ran:#?}");
    Ok(serde_json::from_str(&ran.output)?)
}

/// What the configuration says about a skill, as a file for a push.
fn settings(stage: &Stage, skill: &str, change: impl FnOnce(&mut Value)) -> anyhow::Result<String> {
    let configured = &stage.server.setup().config()["skills"][skill]["settings"];
    let mut settings = serde_json::to_value(configured)?;
    change(&mut settings);
    let file = stage.server.setup().folder().join(format!("{skill}.json"));
    std::fs::write(&file, settings.to_string())?;
    Ok(file.to_string_lossy().into_owned())
}

fn id(answer: &Value) -> String {
    answer["id"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_dialogue_ends_on_the_revision_that_it_began_with() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "I'm happy to check. What is the tracking number?").await?;
        let before = told(stage, &["show", "parcel-tracking"]).await?["rollout"]["active"].clone();
        let file = settings(stage, "parcel-tracking", |settings| settings["default-language"] = json!("en"))?;
        let pushed = plugin(stage, &["push", "--name", "parcel-tracking", "--settings", &file, "--json"]).await?;
        let pushed: Value = serde_json::from_str(&pushed.output)?;
        if pushed["state"] == "rejected" {
            anyhow::bail!("{pushed}");
        }
        told(stage, &["promote", &id(&pushed)]).await?;
        stage.writes("Anna", "990012345612345671").await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        let conversation = stage.conversation_id("Anna").await?;
        let turns = stage.server.command(&["conversation", "show", &conversation, "--json"]).await?;
        let before = before.as_str().context("something served before")?;
        anyhow::ensure!(turns.matches(before).count() >= 2, "the second turn was another revision's: {turns}");
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn an_answer_is_changed_and_changed_back_and_that_outlives_a_restart() {
    scene(async |stage| {
        let file = settings(stage, "faq", |settings| {
            settings["answers"]["redirect-price"]["en"] = json!("It is free this week.");
        })?;
        let pushed = told(stage, &["push", "--name", "faq", "--settings", &file, "--why", "a gift"]).await?;
        told(stage, &["promote", &id(&pushed)]).await?;
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "It is free this week.").await?;
        stage.settles("Anna").await?;
        stage.server.kill()?;
        stage.server.restart().await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        stage.reads("Anna", "It is free this week.").await?;
        let back = told(stage, &["rollback", "faq", "--why", "the week is over"]).await?;
        anyhow::ensure!(back["from"] == pushed["id"], "{back}");
        stage.server.stop().await?;
        stage.server.restart().await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        let heard = stage.reads("Anna", "…").await?;
        anyhow::ensure!(!heard.text.contains("free"), "{}", heard.text);
        let shown = plugin(stage, &["show", "faq"]).await?.output;
        for words in ["the week is over", "a gift", "rolled-back", "configuration"] {
            anyhow::ensure!(shown.contains(words), "the record does not show `{words}`:\n{shown}");
        }
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn a_candidate_that_traps_goes_back_by_itself() {
    scene_with(
        |setup| setup.with_guests()?.file("trap.json", r#"{"misdeed":"trap"}"#),
        async |stage| {
            let folder = stage.server.setup().folder().to_owned();
            let (component, misdeed) = (folder.join("plugins/misbehaving.wasm"), folder.join("trap.json"));
            let (component, misdeed) = (component.to_string_lossy(), misdeed.to_string_lossy());
            let pushed = told(stage, &["push", &component, "--name", "faq", "--settings", &misdeed]).await?;
            told(stage, &["canary", &id(&pushed), "100%"]).await?;
            for who in ["Anna", "Bert", "Carl"] {
                stage.enters(who, Channel::WhatsApp).await?;
                stage.writes(who, "What does it cost to redirect my mail?").await?;
                stage.reads(who, "Hello! I'm Gigi…").await?;
                stage.reads(who, "I'm handing you over to a person …").await?;
            }
            let begin = Instant::now();
            let shown = loop {
                let shown = told(stage, &["show", "faq"]).await?;
                if shown["rollout"]["candidate"].is_null() {
                    break shown;
                }
                anyhow::ensure!(begin.elapsed() < LIMIT, "it is still tried: {shown}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            };
            let entry = &shown["audit"][0];
            anyhow::ensure!(entry["who"] == "guard" && entry["what"] == "rolled-back", "{entry}");
            anyhow::ensure!(
                entry["why"].as_str().is_some_and(|why| why.contains("3 conversations trapped")),
                "{entry}"
            );
            stage.enters("Dora", Channel::WhatsApp).await?;
            stage.writes("Dora", "What does it cost to redirect my mail?").await?;
            stage.reads("Dora", "Hello! I'm Gigi…").await?;
            let heard = stage.reads("Dora", "…").await?;
            anyhow::ensure!(!heard.text.contains("handing you over"), "{}", heard.text);
            stage.ends().await
        },
    )
    .await;
}

#[tokio::test]
async fn what_does_not_fit_changes_nothing_and_what_asks_for_more_waits() {
    scene(async |stage| {
        let before = told(stage, &["list"]).await?;
        let broken = stage.server.setup().folder().join("faq.wasm");
        std::fs::write(&broken, b"\0asm no component")?;
        let refused = plugin(stage, &["push", &broken.to_string_lossy()]).await?;
        anyhow::ensure!(refused.status.code() == Some(1) && refused.output.contains("is rejected"), "{refused:#?}");

        let file =
            settings(stage, "parcel-tracking", |settings| settings["api-base"] = json!("https://other.example"))?;
        let waits = plugin(stage, &["push", "--name", "parcel-tracking", "--settings", &file, "--json"]).await?;
        anyhow::ensure!(waits.status.code() == Some(3), "{waits:#?}");
        let pushed: Value = serde_json::from_str(&waits.output)?;
        let shown = plugin(stage, &["grant", &id(&pushed)]).await?;
        anyhow::ensure!(shown.output.contains("to call https://other.example"), "{shown:#?}");
        let refused = plugin(stage, &["promote", &id(&pushed)]).await?;
        anyhow::ensure!(!refused.status.success() && refused.errors.contains("waits to be granted"), "{refused:#?}");
        anyhow::ensure!(told(stage, &["list"]).await? == before, "something else serves");

        let granted = told(stage, &["grant", &id(&pushed), "--yes"]).await?;
        let hosts = granted["grants"]["hosts"].to_string();
        anyhow::ensure!(hosts.contains("https://other.example") && granted["id"] != pushed["id"], "{granted}");
        Ok(())
    })
    .await;
}
