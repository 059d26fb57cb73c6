//! Pictures, places, reactions, corrections: what the bot cannot read it says so about, and what asks for no answer gets none.

use serde_json::Value;
use sportello_harness::secrets;
use sportello_harness::webhooks::{telegram, whatsapp};
use sportello_scenarios::{Channel, Stage, now, scene};

async fn sends(stage: &Stage, message: Value) -> anyhow::Result<()> {
    let webhook = whatsapp::Business::default().messages(&[message]);
    let hook = stage.server.hook("whatsapp");
    whatsapp::deliver(stage.server.client(), &hook, secrets::APP_SECRET, &webhook).await?.success().map(drop)
}

#[tokio::test]
async fn a_picture_is_answered_and_a_reaction_is_not() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        let (anna, _) = stage.customer("Anna")?;
        let address = anna.address();
        stage.writes("Anna", "hello").await?;
        let greeting = stage.reads("Anna", "Hello! I'm Gigi…").await?;

        sends(stage, whatsapp::media(&address, "wamid.picture", now(), "image", "media-1", "image/jpeg")).await?;
        stage.reads("Anna", "I can't read pictures, voice messages or files. …").await?;
        sends(stage, whatsapp::reaction(&address, "wamid.reaction", now(), &greeting.id, "👍")).await?;
        stage.reads_nothing("Anna").await?;
        let transcript = stage.transcript("Anna").await?;
        assert!(transcript.contains("[image: image/jpeg]"), "{transcript}");
        Ok(())
    })
    .await;
}

/// The transcript shows what a message says now; the answer to what it said stands.
#[tokio::test]
async fn a_corrected_message_is_not_answered_again() {
    scene(async |stage| {
        stage.enters("Anna", Channel::Telegram).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        let (anna, server) = stage.customer("Anna")?;
        let chat = telegram::Chat::new(anna.address().parse()?, "Anna");
        let edited = chat.edited(900, 1, now(), "Where is my parcel 990012345612345671, please?");
        let hook = server.hook("telegram");
        telegram::deliver(server.client(), &hook, secrets::WEBHOOK_SECRET, &edited).await?.success()?;
        stage.reads_nothing("Anna").await?;
        let transcript = stage.transcript("Anna").await?;
        assert!(
            transcript.contains("Customer [edited]\n            Where is my parcel 990012345612345671, please?"),
            "{transcript}"
        );
        Ok(())
    })
    .await;
}
