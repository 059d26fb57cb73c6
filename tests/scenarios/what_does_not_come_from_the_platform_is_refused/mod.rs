//! Whoever knows the address of a webhook can call it. Nothing of what they say is stored.

use serde_json::json;
use sportello_harness::webhooks::{telegram, whatsapp};
use sportello_harness::{Reply, secrets, signing};
use sportello_scenarios::{Stage, now, scene};

const TEXT: &str = "Where is my parcel 990012345612345671?";

async fn post(stage: &Stage, channel: &str, headers: &[(&str, &str)], body: &[u8]) -> anyhow::Result<Reply> {
    stage.server.client().send("POST", &stage.server.hook(channel), headers, body.to_vec()).await
}

/// Neither a conversation nor anything in quarantine, and the platform was asked for nothing.
async fn nothing_is_stored(stage: &Stage) -> anyhow::Result<()> {
    let api = stage.api();
    assert_eq!(api.get("/api/v1/conversations?closed=true").await?["conversations"], json!([]));
    assert_eq!(api.get("/api/v1/quarantine").await?["items"], json!([]));
    assert!(stage.town.whatsapp.log.is_empty() && stage.town.telegram.log.is_empty());
    Ok(())
}

/// A problem that says what to do, and nothing of what is secret.
fn refused(reply: &Reply, status: u16) -> anyhow::Result<()> {
    anyhow::ensure!(reply.status == status, "{} instead of {status}: {}", reply.status, reply.text());
    let detail = reply.json()?["detail"].as_str().unwrap_or_default().to_owned();
    anyhow::ensure!(!detail.is_empty() && !detail.contains(secrets::APP_SECRET), "{}", reply.text());
    Ok(())
}

#[tokio::test]
async fn unsigned_and_wrongly_signed_webhooks() {
    scene(async |stage| {
        let webhook = whatsapp::Business::default().text("41791110000", "wamid.1", now(), TEXT);
        let body = webhook.to_string().into_bytes();
        refused(&post(stage, "whatsapp", &[], &body).await?, 401)?;
        let other = signing::hub_signature("another-secret", &body)?;
        refused(&post(stage, "whatsapp", &[("x-hub-signature-256", &other)], &body).await?, 401)?;
        let right = signing::hub_signature(secrets::APP_SECRET, &body)?;
        let changed = webhook.to_string().replace("671?", "672?").into_bytes();
        refused(&post(stage, "whatsapp", &[("x-hub-signature-256", &right)], &changed).await?, 401)?;

        let update = telegram::Chat::new(5_000, "Anna").text(1, 1, now(), TEXT);
        let hook = stage.server.hook("telegram");
        refused(&telegram::deliver(stage.server.client(), &hook, "another-secret", &update).await?, 401)?;
        refused(&post(stage, "telegram", &[], update.to_string().as_bytes()).await?, 401)?;
        nothing_is_stored(stage).await
    })
    .await;
}

#[tokio::test]
async fn webhooks_that_are_signed_and_make_no_sense() {
    scene(async |stage| {
        for body in [&b""[..], b"{", b"[]", b"\"text\"", b"\xff\xfe", br#"{"object":"page","entry":"none"}"#] {
            let signature = signing::hub_signature(secrets::APP_SECRET, body)?;
            let headers = [("x-hub-signature-256", signature.as_str())];
            refused(&post(stage, "whatsapp", &headers, body).await?, 400)?;
        }
        let headers = [("x-telegram-bot-api-secret-token", secrets::WEBHOOK_SECRET)];
        for body in [&b"{"[..], b"[]"] {
            refused(&post(stage, "telegram", &headers, body).await?, 400)?;
        }
        nothing_is_stored(stage).await
    })
    .await;
}

#[tokio::test]
async fn webhooks_that_are_too_large() {
    scene(async |stage| {
        let webhook = whatsapp::Business::default().text("41791110000", "wamid.1", now(), &"a".repeat(1 << 20));
        let body = webhook.to_string().into_bytes();
        let signature = signing::hub_signature(secrets::APP_SECRET, &body)?;
        refused(&post(stage, "whatsapp", &[("x-hub-signature-256", &signature)], &body).await?, 413)?;
        nothing_is_stored(stage).await
    })
    .await;
}

#[tokio::test]
async fn webhooks_of_channels_that_there_are_not() {
    scene(async |stage| {
        refused(&post(stage, "whatsap", &[], b"{}").await?, 404)?;
        nothing_is_stored(stage).await
    })
    .await;
}
