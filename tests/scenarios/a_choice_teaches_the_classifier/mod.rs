//! A customer who is not understood chooses what was meant; somebody accepts that, and the classifier learns it while people write.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sportello_scenarios::{Channel, Stage, scene};

const LIMIT: Duration = Duration::from_secs(45);
const RIDDLE: &str = "Bananas are yellow and strawberries are red.";

#[tokio::test]
async fn from_a_choice_to_what_serves() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", RIDDLE).await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "I'm not sure that I understood you. Do you mean one of these? …").await?;
        let meant = stage.offered("Anna")?.into_iter().next().context("something is offered")?;
        stage.chooses("Anna", &meant).await?;
        stage.reads("Anna", "…").await?;

        let group = corrected(stage).await?;
        ensure!(group["texts"][0].as_str() == Some(RIDDLE), "{group}");
        let chosen = group["chosen"].as_str().context("what was chosen")?;
        let before = stage.shown("nlu").await?["rollout"]["active"].clone();
        let id = group["id"].as_str().context("an id")?;
        let accepted = stage.server.command(&["nlu", "accept", id]).await?;
        ensure!(accepted.contains(chosen), "{accepted}");
        let trained = stage.server.command(&["nlu", "train", "--folds", "2"]).await?;
        ensure!(trained.contains("1 new examples") && trained.contains("serves"), "{trained}");
        let after = stage.shown("nlu").await?["rollout"]["active"].clone();
        ensure!(after != before && trained.contains(after.as_str().unwrap_or_default()), "{before} {after}: {trained}");
        let listed = stage.server.command(&["nlu", "review"]).await?;
        ensure!(listed.trim() == "everything was understood", "{listed}");
        Ok(())
    })
    .await;
}

/// The only group of the review list, once the choice is known there.
async fn corrected(stage: &Stage) -> anyhow::Result<Value> {
    let until = Instant::now() + LIMIT;
    loop {
        let listed: Value = serde_json::from_str(&stage.server.command(&["nlu", "review", "--json"]).await?)?;
        let group = &listed["groups"][0];
        if group["doubts"]["corrected"] == 1 {
            return Ok(group.clone());
        }
        ensure!(Instant::now() < until, "the choice is not known: {listed}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
