//! Platforms repeat what they are not sure of, at the same time and much later.

use sportello_harness::secrets;
use sportello_harness::webhooks::{telegram, whatsapp};
use sportello_scenarios::{Channel, now, scene};

#[tokio::test]
async fn on_whatsapp_side_by_side_and_after_a_restart() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        let (anna, server) = stage.customer("Anna")?;
        let address = anna.address();
        let webhook =
            whatsapp::Business::default().text(&address, "wamid.same", now(), "Where is my parcel 990012345612345671?");
        let hook = server.hook("whatsapp");
        let send = || whatsapp::deliver(server.client(), &hook, secrets::APP_SECRET, &webhook);
        let replies = tokio::join!(send(), send(), send(), send(), send());
        for reply in [replies.0, replies.1, replies.2, replies.3, replies.4] {
            reply?.success()?;
        }
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;

        stage.settles("Anna").await?;
        stage.server.restart().await?;
        let hook = stage.server.hook("whatsapp");
        for _ in 0..5 {
            whatsapp::deliver(stage.server.client(), &hook, secrets::APP_SECRET, &webhook).await?.success()?;
        }
        stage.ends().await
    })
    .await;
}

/// What counts is the message: Telegram numbers its updates anew when a bot was idle for a week.
#[tokio::test]
async fn on_telegram_under_another_number_of_the_update() {
    scene(async |stage| {
        stage.enters("Anna", Channel::Telegram).await?;
        let (anna, server) = stage.customer("Anna")?;
        let chat = telegram::Chat::new(anna.address().parse()?, "Anna");
        let (at, hook) = (now(), server.hook("telegram"));
        for update_id in 1..=10 {
            let update = chat.text(update_id, 1, at, "Where is my parcel 990012345612345671?");
            telegram::deliver(server.client(), &hook, secrets::WEBHOOK_SECRET, &update).await?.success()?;
        }
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        stage.ends().await
    })
    .await;
}
