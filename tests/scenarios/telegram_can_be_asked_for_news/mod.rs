//! Where no webhook can reach the server, it asks Telegram for updates: each is taken once, also over a loss of power.

use sportello_harness::webhooks::telegram::Chat;
use sportello_scenarios::{Channel, now, scene_with};

#[tokio::test]
async fn every_update_is_taken_once() {
    scene_with(
        |setup| setup.set("channels.telegram.poll", true),
        async |stage| {
            stage.enters("Anna", Channel::Telegram).await?;
            let (anna, _) = stage.customer("Anna")?;
            let chat = Chat::new(anna.address().parse()?, "Anna");
            let question = chat.text(100, 1, now(), "Where is my parcel 990012345612345671?");
            stage.town.telegram.platform.offer(question.clone());
            stage.reads("Anna", "Hello! I'm Gigi…").await?;
            stage.reads("Anna", "Your shipment 990012345612345671 …").await?;

            stage.settles("Anna").await?;
            stage.server.kill()?;
            // As if Telegram had not been told that the first one was taken.
            stage.town.telegram.platform.offer(question);
            stage.town.telegram.platform.offer(chat.text(101, 2, now(), "And where is 990012345612345674?"));
            stage.server.restart().await?;
            stage.reads("Anna", "Your shipment 990012345612345674 …").await?;
            stage.ends().await
        },
    )
    .await;
}
