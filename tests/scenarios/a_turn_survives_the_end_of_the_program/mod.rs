//! The program ends while a skill waits for an answer from outside: killed, or in order. The customer is answered once.

use std::time::Duration;

use sportello_scenarios::{Channel, Stage, scene};

const LIMIT: Duration = Duration::from_secs(30);

/// Anna asks, and the tracking service keeps the bot waiting.
async fn asks(stage: &mut Stage) -> anyhow::Result<sportello_harness::Gate> {
    let gate = stage.town.tracking.faults.hold("990012345612345671");
    stage.enters("Anna", Channel::WhatsApp).await?;
    stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
    stage.town.tracking.log.wait_until(LIMIT, |all| !all.is_empty()).await?;
    Ok(gate)
}

async fn is_answered_once(stage: &mut Stage) -> anyhow::Result<()> {
    stage.reads("Anna", "Hello! I'm Gigi…").await?;
    stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
    stage.ends().await
}

#[tokio::test]
async fn killed_the_turn_is_run_again() {
    scene(async |stage| {
        let _never = asks(stage).await?;
        stage.server.kill()?;
        stage.server.restart().await?;
        is_answered_once(stage).await
    })
    .await;
}

#[tokio::test]
async fn in_order_the_turn_is_ended_first() {
    scene(async |stage| {
        let gate = asks(stage).await?;
        let ready = stage.server.url("/readyz");
        let client = stage.server.client().clone();
        let closing = async {
            while client.get(&ready).await.is_ok_and(|reply| reply.status == 200) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            gate.open();
        };
        let (stopped, ()) = tokio::join!(stage.server.stop(), closing);
        stopped?;
        assert_eq!(stage.town.tracking.log.len(), 1);
        stage.server.restart().await?;
        is_answered_once(stage).await?;
        assert_eq!(stage.town.tracking.log.len(), 1, "what the turn had learnt was kept");
        Ok(())
    })
    .await;
}
