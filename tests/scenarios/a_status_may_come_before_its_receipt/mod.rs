//! WhatsApp reports that a message was delivered while its answer to the sending is still on the way.

use sportello_harness::secrets;
use sportello_harness::webhooks::whatsapp::{Business, deliver, failed, status};
use sportello_scenarios::{Channel, Stage, now, scene};

const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

/// A message that the platform took and has not told so: its id.
async fn in_flight(stage: &mut Stage) -> anyhow::Result<(String, sportello_harness::Gate)> {
    let gate = stage.town.whatsapp.faults.hold_answer("Gigi");
    stage.enters("Anna", Channel::WhatsApp).await?;
    stage.writes("Anna", "hello").await?;
    stage.town.whatsapp.log.wait_for(LIMIT, 1, "Gigi").await?;
    let id = stage.town.whatsapp.platform.sent()[0].id.clone();
    Ok((id, gate))
}

async fn report(stage: &Stage, status: serde_json::Value) -> anyhow::Result<()> {
    let webhook = Business::default().statuses(&[status]);
    deliver(stage.server.client(), &stage.server.hook("whatsapp"), secrets::APP_SECRET, &webhook)
        .await?
        .success()
        .map(drop)
}

#[tokio::test]
async fn what_was_delivered_is_known_to_be() {
    scene(async |stage| {
        let (id, gate) = in_flight(stage).await?;
        let (anna, _) = stage.customer("Anna")?;
        let address = anna.address();
        // Read before delivered: platforms tell things in any order.
        report(stage, status(&id, &address, now(), "read", None)).await?;
        report(stage, status(&id, &address, now(), "delivered", None)).await?;
        let lines = stage.lines("Anna").await?;
        assert!(lines[1]["state"]["sending"].is_object(), "nobody knows whose status it is yet: {lines:#?}");

        gate.open();
        stage.waits_for("Anna", "that it was read", |_, lines| lines[1]["progress"] == "read").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.ends().await
    })
    .await;
}

#[tokio::test]
async fn what_failed_is_a_dead_letter_and_a_person_is_told() {
    scene(async |stage| {
        let (id, gate) = in_flight(stage).await?;
        let (anna, _) = stage.customer("Anna")?;
        let address = anna.address();
        report(stage, failed(&id, &address, now(), 131_026, "Message undeliverable")).await?;
        gate.open();
        stage.queue_holds("Anna", "…131026…").await?;
        assert_eq!(stage.dead_letters().await?.len(), 1);
        Ok(())
    })
    .await;
}
