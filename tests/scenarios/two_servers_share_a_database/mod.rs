//! Two servers on one database: it does not matter to which of them a customer's message comes, and when one dies the other
//! goes on with what it had begun.

use std::mem::swap;
use std::time::{Duration, Instant};

use sportello_harness::{Cluster, Server, Setup};
use sportello_scenarios::{Channel, Stage, scene_with};

const LIMIT: Duration = Duration::from_secs(30);

/// A scene with two servers: the stage's own, and another.
async fn scene_of_two(play: impl AsyncFnOnce(&mut Stage, Server) -> anyhow::Result<()>) {
    let url = Cluster::shared().and_then(Cluster::database);
    let url = url.as_ref().map_err(ToString::to_string);
    let shared = |setup: Setup| setup.set("store.url", url.clone().map_err(anyhow::Error::msg)?.as_str());
    scene_with(shared, async |stage| {
        let other = shared(stage.town.setup()?.without("queues.default"))?.start().await?;
        play(stage, other).await
    })
    .await;
}

#[tokio::test]
async fn a_conversation_goes_through_both_in_order() {
    scene_of_two(async |stage, mut other| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "I'm happy to check. What is the tracking number?").await?;
        swap(&mut stage.server, &mut other);
        stage.writes("Anna", "it's 99001234561").await?;
        stage.reads("Anna", "99001234561 is not a valid tracking number: …").await?;
        swap(&mut stage.server, &mut other);
        stage.writes("Anna", "sorry, 990012345612345673").await?;
        stage.reads("Anna", "Your shipment 990012345612345673 has been *delivered*. …").await?;
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn a_window_on_one_shows_what_the_other_says() {
    scene_of_two(async |stage, mut other| {
        stage.enters("Bert", Channel::WebChat).await?;
        stage.writes("Bert", "Where is my parcel?").await?;
        stage.reads("Bert", "Hello! I'm Gigi…").await?;
        stage.reads("Bert", "I'm happy to check. What is the tracking number?").await?;
        // The window listens where it was; what it says now comes to the other server, which answers.
        swap(&mut stage.server, &mut other);
        stage.writes("Bert", "990012345612345673").await?;
        stage.reads("Bert", "Your shipment 990012345612345673 has been *delivered*. …").await?;
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn what_a_dead_one_had_begun_is_taken_over_within_ten_seconds() {
    scene_of_two(async |stage, mut other| {
        let gate = stage.town.tracking.faults.hold("990012345612345671");
        stage.enters("Carl", Channel::WhatsApp).await?;
        stage.writes("Carl", "Where is my parcel 990012345612345671?").await?;
        stage.town.tracking.log.wait_until(LIMIT, |all| !all.is_empty()).await?;
        stage.server.kill()?;
        let killed = Instant::now();
        gate.open();
        swap(&mut stage.server, &mut other);
        stage.reads("Carl", "Hello! I'm Gigi…").await?;
        anyhow::ensure!(killed.elapsed() < Duration::from_secs(10), "it took {:?}", killed.elapsed());
        stage.reads("Carl", "Your shipment 990012345612345671 …").await?;
        stage.ends().await
    })
    .await;
}
