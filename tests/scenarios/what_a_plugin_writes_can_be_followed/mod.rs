//! A skill traps, and somebody follows what it writes: each of its last words is there with the conversation that it was about,
//! those that were said before and those that come later.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sportello_scenarios::{Channel, Stage, scene_with};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::ChildStdout;

const LIMIT: Duration = Duration::from_secs(45);
const LAST_WORDS: &str = "this plugin panics on command";

#[tokio::test]
async fn those_before_and_those_to_come() {
    scene_with(
        |setup| {
            let setup = setup.with_guests()?.without("skills.faq.settings").set("skills.faq.plugin", "misbehaving")?;
            setup.set("skills.faq.settings.misdeed", "trap")
        },
        async |stage| {
            let serves = stage.shown("faq").await?["rollout"]["active"].clone();
            let about = traps(stage, "Anna").await?;
            let config = stage.server.setup().config_file();
            let config = config.to_str().context("a path that is text")?;
            let follow = ["plugin", "logs", "faq", "--follow", "--json", "--config", config];
            let mut following = stage.server.setup().begin(&follow)?;
            let mut lines = BufReader::new(following.stdout.take().context("its output is read")?).lines();
            let before = last_words(&mut lines).await?;
            ensure!(before["revision"] == serves && before["function"] == "handle", "{before}");
            ensure!(before["conversation"] == about.as_str(), "{before}");

            let about = traps(stage, "Bert").await?;
            let later = last_words(&mut lines).await?;
            ensure!(later["conversation"] == about.as_str(), "{later}");
            ensure!(later["number"].as_u64() > before["number"].as_u64(), "{later}");

            let shown = stage.plugin(&["logs", "faq"]).await?;
            ensure!(shown.output.matches(&format!(": {LAST_WORDS}")).count() == 2, "{shown:#?}");
            Ok(())
        },
    )
    .await;
}

/// Somebody asks what the skill traps over; which conversation it was.
async fn traps(stage: &mut Stage, who: &str) -> anyhow::Result<String> {
    stage.enters(who, Channel::WhatsApp).await?;
    stage.writes(who, "What does it cost to redirect my mail?").await?;
    stage.reads(who, "Hello! I'm Gigi…").await?;
    stage.reads(who, "I'm handing you over to a person …").await?;
    stage.conversation_id(who).await
}

async fn last_words(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<Value> {
    loop {
        let line = tokio::time::timeout(LIMIT, lines.next_line()).await??.context("it is followed no more")?;
        let line: Value = serde_json::from_str(&line)?;
        // The trap is a line of its own, which quotes them.
        if line["text"] == LAST_WORDS {
            return Ok(line);
        }
    }
}
