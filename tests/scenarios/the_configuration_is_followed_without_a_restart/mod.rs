//! Somebody changes the configuration and tells the server to look: what is news comes to serve, and a mistake changes nothing.

use anyhow::ensure;
use sportello_scenarios::{Channel, Stage, scene};

const QUESTION: &str = "What does it cost to redirect my mail?";

/// Changes the file of the configuration, and tells the server.
fn writes(stage: &Stage, answer: impl Into<toml::Value>) -> anyhow::Result<()> {
    let mut config = stage.server.setup().config().clone();
    config["skills"]["faq"]["settings"]["answers"]["redirect-price"]["en"] = answer.into();
    std::fs::write(stage.server.setup().config_file(), toml::to_string(&config)?)?;
    stage.server.hang_up()
}

#[tokio::test]
async fn what_is_news_comes_to_serve_and_a_mistake_changes_nothing() {
    scene(async |stage| {
        let before = stage.shown("faq").await?["rollout"]["active"].clone();
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", QUESTION).await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "…").await?;

        writes(stage, "It is free this week.")?;
        let shown = stage
            .waits_until("faq", "what the configuration asks for", |shown| shown["rollout"]["active"] != before)
            .await?;
        let entry = &shown["audit"][0];
        ensure!(entry["who"] == "configuration" && entry["what"] == "active", "{entry}");
        stage.writes("Anna", QUESTION).await?;
        stage.reads("Anna", "It is free this week.").await?;

        writes(stage, 7)?;
        stage.waits_for_the_log("what serves goes on").await?;
        ensure!(stage.shown("faq").await?["rollout"] == shown["rollout"], "a mistake changed what serves");
        stage.writes("Anna", QUESTION).await?;
        stage.reads("Anna", "It is free this week.").await?;
        stage.ends().await
    })
    .await;
}
