//! A webhook that breaks the plugin is kept whole once the platform has repeated it in vain, and read again when the cause is
//! mended: here the memory that a plugin may take, which a webhook of unusual size exceeds.

use sportello_harness::secrets;
use sportello_harness::webhooks::whatsapp::{Business, deliver};
use sportello_scenarios::{Channel, now, scene_with};

/// Less than the reading of the webhook takes, and enough for everything else.
const LITTLE: &str = "3MiB";

#[tokio::test]
async fn after_the_cause_was_mended() {
    scene_with(
        // The classifier's model is larger than that.
        |setup| setup.without("nlu").set("limits.plugin-memory", LITTLE),
        async |stage| {
            stage.enters("Anna", Channel::WhatsApp).await?;
            let (anna, server) = stage.customer("Anna")?;
            let webhook = Business::default().text(&anna.address(), "wamid.large", now(), &"ha ".repeat(300_000));
            let mut statuses = Vec::new();
            for _ in 0..3 {
                let reply = deliver(server.client(), &server.hook("whatsapp"), secrets::APP_SECRET, &webhook).await?;
                statuses.push(reply.status);
            }
            assert_eq!(statuses, [503, 503, 200], "the platform repeats it twice; then it is kept");

            let listed = stage.server.command(&["quarantine", "list"]).await?;
            assert!(listed.contains("whatsapp  "), "{listed}");
            let stays = stage.server.command(&["quarantine", "run"]).await;
            assert!(stays.is_err(), "nothing was mended yet: {stays:?}");

            stage.server.stop().await?;
            let alone = stage.server.command(&["quarantine", "run"]).await.err().map(|error| error.to_string());
            assert!(alone.as_deref().unwrap_or_default().contains("start it first"), "{alone:?}");

            stage.server.restart_with("[limits]\nplugin-memory = \"128MiB\"").await?;
            let taken = stage.server.command(&["quarantine", "run"]).await?;
            assert!(taken.contains("taken: 1 event"), "{taken}");
            stage.reads("Anna", "…Ich bin Gigi…").await?;
            let listed = stage.server.command(&["quarantine", "list"]).await?;
            assert_eq!(listed.trim(), "nothing is in quarantine");
            Ok(())
        },
    )
    .await;
}
