//! An operator changes a skill at noon: dialogues end where they began, what turns out badly goes back, and nobody is left
//! without an answer.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_scenarios::{Channel, scene, scene_with};

const LIMIT: Duration = Duration::from_secs(45);

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
        let before = stage.told(&["show", "parcel-tracking"]).await?["rollout"]["active"].clone();
        let file = stage.settings("parcel-tracking", |settings| settings["default-language"] = json!("en"))?;
        let pushed = stage.plugin(&["push", "--name", "parcel-tracking", "--settings", &file, "--json"]).await?;
        let pushed: Value = serde_json::from_str(&pushed.output)?;
        if pushed["state"] == "rejected" {
            anyhow::bail!("{pushed}");
        }
        stage.told(&["promote", &id(&pushed)]).await?;
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
        let file = stage.settings("faq", |settings| {
            settings["answers"]["redirect-price"]["en"] = json!("It is free this week.");
        })?;
        let pushed = stage.told(&["push", "--name", "faq", "--settings", &file, "--why", "a gift"]).await?;
        stage.told(&["promote", &id(&pushed)]).await?;
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "It is free this week.").await?;
        stage.settles("Anna").await?;
        stage.server.kill()?;
        stage.server.restart().await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        stage.reads("Anna", "It is free this week.").await?;
        let back = stage.told(&["rollback", "faq", "--why", "the week is over"]).await?;
        anyhow::ensure!(back["from"] == pushed["id"], "{back}");
        stage.server.stop().await?;
        stage.server.restart().await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        let heard = stage.reads("Anna", "…").await?;
        anyhow::ensure!(!heard.text.contains("free"), "{}", heard.text);
        let shown = stage.plugin(&["show", "faq"]).await?.output;
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
            let pushed = stage.told(&["push", &component, "--name", "faq", "--settings", &misdeed]).await?;
            stage.told(&["canary", &id(&pushed), "100%"]).await?;
            for who in ["Anna", "Bert", "Carl"] {
                stage.enters(who, Channel::WhatsApp).await?;
                stage.writes(who, "What does it cost to redirect my mail?").await?;
                stage.reads(who, "Hello! I'm Gigi…").await?;
                stage.reads(who, "I'm handing you over to a person …").await?;
            }
            let begin = Instant::now();
            let shown = loop {
                let shown = stage.told(&["show", "faq"]).await?;
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
        let before = stage.told(&["list"]).await?;
        let broken = stage.server.setup().folder().join("faq.wasm");
        std::fs::write(&broken, b"\0asm no component")?;
        let refused = stage.plugin(&["push", &broken.to_string_lossy()]).await?;
        anyhow::ensure!(refused.status.code() == Some(1) && refused.output.contains("is rejected"), "{refused:#?}");

        let file =
            stage.settings("parcel-tracking", |settings| settings["api-base"] = json!("https://other.example"))?;
        let waits = stage.plugin(&["push", "--name", "parcel-tracking", "--settings", &file, "--json"]).await?;
        anyhow::ensure!(waits.status.code() == Some(3), "{waits:#?}");
        let pushed: Value = serde_json::from_str(&waits.output)?;
        let shown = stage.plugin(&["grant", &id(&pushed)]).await?;
        anyhow::ensure!(shown.output.contains("to call https://other.example"), "{shown:#?}");
        let refused = stage.plugin(&["promote", &id(&pushed)]).await?;
        anyhow::ensure!(!refused.status.success() && refused.errors.contains("waits to be granted"), "{refused:#?}");
        anyhow::ensure!(stage.told(&["list"]).await? == before, "something else serves");

        let granted = stage.told(&["grant", &id(&pushed), "--yes"]).await?;
        let hosts = granted["grants"]["hosts"].to_string();
        anyhow::ensure!(hosts.contains("https://other.example") && granted["id"] != pushed["id"], "{granted}");
        Ok(())
    })
    .await;
}
