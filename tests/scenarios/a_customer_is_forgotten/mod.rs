//! Somebody asks to be forgotten (rule 22): nothing of them is left, not even in the bytes of the file; what the platform tells late of
//! before is dropped; and when they write again they are welcomed like a stranger.

use anyhow::Context as _;
use serde_json::Value;
use sportello_harness::webhooks::whatsapp::{Business, deliver};
use sportello_harness::{Server, secrets};
use sportello_scenarios::{Channel, now, scene};

const WORDS: &str = "I live in the blue house with the white cat. When do you open?";

/// Whether the file of the server's store, which has stopped, holds a text.
fn holds(server: &Server, text: &str) -> anyhow::Result<bool> {
    let bytes = std::fs::read(server.setup().folder().join("sportello.db"))?;
    Ok(bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[tokio::test]
async fn nothing_is_left_of_whom_somebody_had_erased() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.enters("Bert", Channel::WhatsApp).await?;
        for who in ["Bert", "Anna"] {
            stage.writes(who, &format!("{WORDS} {who}")).await?;
            stage.reads(who, "Hello! I'm Gigi…").await?;
            stage.reads(who, "…").await?;
            stage.settles(who).await?;
        }
        let (anna, bert) = (stage.customer("Anna")?.0.address(), stage.customer("Bert")?.0.address());
        let found = stage.server.command(&["contact", "find", "whatsapp", &anna]).await?;
        let found: Value = serde_json::from_str(&found)?;
        let id = found["id"].as_str().context("a contact has an id")?;
        let told = stage.server.command(&["contact", "erase", id]).await?;
        assert_eq!(told.trim(), "erased, with 1 conversations");

        let late = Business::default().text(&anna, "wamid.LATE", now() - 5_000, WORDS);
        deliver(stage.server.client(), &stage.server.hook("whatsapp"), secrets::APP_SECRET, &late).await?.success()?;
        assert!(stage.conversations("Anna").await?.is_empty());
        stage.server.stop().await?;
        assert!(holds(&stage.server, &bert)? && holds(&stage.server, &format!("{WORDS} Bert"))?);
        for text in [&anna, &format!("{WORDS} Anna")] {
            assert!(!holds(&stage.server, text)?, "the file still holds {text}");
        }
        stage.server.restart().await?;

        stage.writes("Anna", "When do you open?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "…").await?;
        let ran = stage.server.setup().run(&["contact", "erase", id]).await?;
        assert!(!ran.status.success() && ran.errors.contains("there is no contact"), "{ran:#?}");
        Ok(())
    })
    .await;
}
