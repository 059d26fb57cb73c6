//! A backup knows nothing of what was sent after it was made: what it holds as still to be sent waits for an operator.

use sportello_scenarios::{Channel, Stage, scene};

const ANSWER: &str = "Your shipment 990012345612345671 …";

/// Anna's answer is under way when the backup is made, and reaches her afterwards. Gives the backup.
async fn backed_up(stage: &mut Stage) -> anyhow::Result<String> {
    stage.enters("Anna", Channel::WhatsApp).await?;
    stage.writes("Anna", "Hello").await?;
    stage.reads("Anna", "Hello! I'm Gigi…").await?;
    stage.settles("Anna").await?;
    stage.goes_down(Channel::WhatsApp)?;
    stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
    let is_tried = |_: &serde_json::Value, lines: &[serde_json::Value]| {
        lines.last().is_some_and(|line| line["state"]["queued"].is_object())
    };
    stage.waits_for("Anna", "an answer that waits", is_tried).await?;
    let backup = stage.server.setup().folder().join("backup.db").to_string_lossy().into_owned();
    stage.server.command(&["backup", &backup]).await?;
    stage.comes_back(Channel::WhatsApp).await?;
    stage.reads("Anna", ANSWER).await?;
    stage.ends().await?;
    Ok(backup)
}

async fn put_back(stage: &mut Stage, backup: &str) -> anyhow::Result<()> {
    let refused = stage.server.command(&["restore", backup]).await.err().map(|error| error.to_string());
    assert!(refused.as_deref().unwrap_or_default().contains("in use by another process"), "{refused:?}");
    stage.server.stop().await?;
    let told = stage.server.command(&["restore", backup]).await?;
    assert!(told.contains("generation 1") && told.contains("1 messages are held"), "{told}");
    stage.server.restart().await?;
    stage.reads_nothing("Anna").await?;
    let held = stage.server.command(&["held", "list"]).await?;
    assert!(held.contains("Your shipment 990012345612345671"), "{held}");
    Ok(())
}

#[tokio::test]
async fn what_an_operator_releases_leaves_once() {
    scene(async |stage| {
        let backup = backed_up(stage).await?;
        put_back(stage, &backup).await?;
        let id = stage.conversation_id("Anna").await?;
        let told = stage.server.command(&["held", "release", &id]).await?;
        assert!(told.contains("in 1 conversations"), "{told}");
        stage.reads("Anna", ANSWER).await?;
        assert_eq!(stage.server.command(&["held", "list"]).await?.trim(), "nothing is held");
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn what_an_operator_drops_does_not_and_the_conversation_goes_on() {
    scene(async |stage| {
        let backup = backed_up(stage).await?;
        put_back(stage, &backup).await?;
        stage.server.stop().await?;
        let told = stage.server.command(&["held", "drop"]).await?;
        assert!(told.contains("dropped: 1"), "{told}");
        stage.server.restart().await?;
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        stage.reads("Anna", "When you move, redirection costs CHF 47 …").await?;
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn a_backup_does_not_take_the_place_of_another_file() {
    scene(async |stage| {
        let backup = stage.server.setup().folder().join("backup.db").to_string_lossy().into_owned();
        stage.server.command(&["backup", &backup]).await?;
        let again = stage.server.command(&["backup", &backup]).await.err().map(|error| error.to_string());
        assert!(again.as_deref().unwrap_or_default().contains("name another file"), "{again:?}");
        stage.server.stop().await?;
        stage.server.command(&["restore", &backup]).await?;
        let again = stage.server.command(&["restore", &backup]).await.err().map(|error| error.to_string());
        assert!(again.as_deref().unwrap_or_default().contains("move"), "{again:?}");
        Ok(())
    })
    .await;
}
