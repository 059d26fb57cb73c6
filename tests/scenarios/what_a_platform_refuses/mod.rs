//! A platform that says no: not now, not this, not to this customer.

use sportello_harness::platforms::{Telegram, error};
use sportello_harness::{Answer, Fault, Plan};
use sportello_scenarios::{Channel, scene};

/// The whole channel waits as long as it is told to, and then everything goes out once.
#[tokio::test]
async fn too_fast_waits_and_loses_nothing() {
    scene(async |stage| {
        stage.town.telegram.faults.plan(Plan::once(Fault::Refuse(Telegram::too_many_requests(1))).mentioning("Gigi"));
        stage.town.whatsapp.faults.plan(Plan::once(Fault::Refuse(Answer::throttled(1))).mentioning("Gigi"));
        for (who, channel) in [("Anna", Channel::Telegram), ("Bea", Channel::WhatsApp)] {
            stage.enters(who, channel).await?;
            stage.writes(who, "Where is my parcel 990012345612345671?").await?;
        }
        for who in ["Anna", "Bea"] {
            stage.reads(who, "Hello! I'm Gigi…").await?;
            stage.reads(who, "Your shipment 990012345612345671 …").await?;
        }
        for log in [&stage.town.telegram.log, &stage.town.whatsapp.log] {
            let attempts: Vec<_> = log.all().into_iter().filter(|request| request.text().contains("Gigi")).collect();
            assert_eq!(attempts.len(), 2, "{}", log.digest());
            let waited = attempts[1].at.saturating_sub(attempts[0].at);
            assert!(waited >= 1_000, "the second attempt came after {waited} ms");
        }
        stage.ends().await
    })
    .await;
}

/// A message that will never work is a dead letter; a person is told, and an operator can send it again.
#[tokio::test]
async fn a_dead_letter_is_told_and_can_be_sent_again() {
    scene(async |stage| {
        let undeliverable = error(400, 131_026, "Message undeliverable");
        stage.town.whatsapp.faults.plan(Plan::once(Fault::Refuse(undeliverable)).mentioning("Your shipment"));
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.queue_holds("Anna", "A message did not reach the customer: …131026…").await?;
        let letters = stage.dead_letters().await?;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        let path = format!("/api/v1/dead-letters/{}/resend", letters[0]["id"].as_str().unwrap_or_default());
        stage.api().post(&path, &serde_json::Value::Null).await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        stage.ends().await
    })
    .await;
}

/// Who does not want to hear from the company needs nobody to write to them.
#[tokio::test]
async fn a_customer_who_blocks_the_bot_waits_for_nobody() {
    scene(async |stage| {
        stage.town.telegram.faults.plan(Plan::always(Fault::Refuse(Telegram::blocked())));
        stage.enters("Anna", Channel::Telegram).await?;
        stage.writes("Anna", "hello").await?;
        stage.ends().await?;
        stage.queue_is_empty().await
    })
    .await;
}
