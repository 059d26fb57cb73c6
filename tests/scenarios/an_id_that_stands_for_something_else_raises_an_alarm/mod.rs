//! A message bears the id of another one: it is neither dropped as a repetition nor answered, but kept for somebody to look at.

use sportello_harness::secrets;
use sportello_harness::webhooks::whatsapp::{Business, deliver, text};
use sportello_scenarios::{Channel, now, scene};

#[tokio::test]
async fn the_second_message_is_in_quarantine() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        let (anna, server) = stage.customer("Anna")?;
        let (address, at, hook) = (anna.address(), now(), server.hook("whatsapp"));
        let first = text(&address, "wamid.same", at - 60_000, "Where is my parcel 990012345612345671?");
        let second = text(&address, "wamid.same", at, "Where is my parcel 990012345612345674?");
        for message in [first, second] {
            let webhook = Business::default().messages(&[message]);
            deliver(server.client(), &hook, secrets::APP_SECRET, &webhook).await?.success()?;
        }
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        stage.ends().await?;
        let listed = stage.server.command(&["quarantine", "list"]).await?;
        assert_eq!(listed.lines().count(), 1, "{listed}");
        assert!(stage.server.logs().contains("bears the id of another one"), "no alarm in the log");
        Ok(())
    })
    .await;
}
