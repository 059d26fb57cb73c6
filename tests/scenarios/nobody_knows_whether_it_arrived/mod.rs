//! The connection breaks after the platform got a message and before it answered. Sending again could say it twice, and not
//! sending again could leave it unsaid.

use sportello_harness::{Answer, Cut, Fault, Plan};
use sportello_scenarios::{Channel, Stage, scene, scene_with};

const INTRODUCTION: &str = "Hello! I'm Gigi…";
const ANSWER: &str = "Your shipment 990012345612345671 …";

/// Anna asks; the answer to her question gets lost in this way.
async fn asks(stage: &mut Stage, channel: Channel, fault: Fault) -> anyhow::Result<()> {
    let lost = Plan::once(fault).mentioning("Your shipment 9900");
    match channel {
        Channel::Telegram => stage.town.telegram.faults.plan(lost),
        _ => stage.town.whatsapp.faults.plan(lost),
    }
    stage.enters("Anna", channel).await?;
    stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
    stage.reads("Anna", INTRODUCTION).await.map(drop)
}

async fn is_unknown(stage: &mut Stage) -> anyhow::Result<()> {
    stage
        .waits_for("Anna", "an unknown outcome", |_, lines| {
            lines.iter().any(|line| line["state"]["unknown"].is_object())
        })
        .await
}

/// WhatsApp tells in its statuses which delivery of ours a message was.
#[tokio::test]
async fn an_echo_settles_it_and_nothing_is_repeated() {
    scene(async |stage| {
        asks(stage, Channel::WhatsApp, Fault::Break { acted: true, cut: Cut::BeforeAnswer }).await?;
        stage.reads("Anna", ANSWER).await?;
        is_unknown(stage).await?;
        // What comes later waits for the news.
        stage.writes("Anna", "What does it cost to redirect my mail?").await?;
        stage.confirms("Anna").await?;
        stage.reads("Anna", "When you move, redirection costs CHF 47 …").await?;
        stage.ends().await?;
        stage.queue_is_empty().await
    })
    .await;
}

#[tokio::test]
async fn without_an_echo_it_is_sent_once_more() {
    scene_with(
        |setup| setup.set("limits.unknown-hold", "1s"),
        async |stage| {
            asks(stage, Channel::WhatsApp, Fault::Break { acted: false, cut: Cut::BeforeAnswer }).await?;
            stage.reads("Anna", ANSWER).await?;
            stage.ends().await?;
            stage.queue_is_empty().await
        },
    )
    .await;
}

/// Telegram tells nothing more: a person is told, and the answer is theirs to send again.
#[tokio::test]
async fn where_nothing_can_settle_it_a_person_decides() {
    scene(async |stage| {
        asks(stage, Channel::Telegram, Fault::Break { acted: false, cut: Cut::BeforeAnswer }).await?;
        stage.queue_holds("Anna", "Nobody knows whether a message reached the customer; …").await?;
        stage.ends().await?;
        let letters = stage.dead_letters().await?;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert_eq!(letters[0]["state"], "unresolved");

        let id = letters[0]["id"].as_str().expect("a delivery has an id");
        stage.api().post(&format!("/api/v1/dead-letters/{id}/resend"), &serde_json::Value::Null).await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        stage.ends().await?;
        assert_eq!(stage.dead_letters().await?.len(), 0);
        Ok(())
    })
    .await;
}

/// Half of an answer, and a gateway that fails, say as little.
#[tokio::test]
async fn nor_does_half_an_answer_settle_it() {
    scene(async |stage| {
        asks(stage, Channel::Telegram, Fault::Break { acted: true, cut: Cut::InAnswer }).await?;
        stage.reads("Anna", ANSWER).await?;
        stage.queue_holds("Anna", "Nobody knows whether a message reached the customer; …").await?;

        stage.town.telegram.faults.plan(Plan::once(Fault::Refuse(Answer::empty(502))).mentioning("looking into it"));
        stage.takes("Camille", "Anna").await?;
        stage.answers("Camille", "Anna", "I am looking into it.").await?;
        stage.answers("Camille", "Anna", "Found it.").await?;
        stage.reads("Anna", "Found it. — Camille").await?;
        stage.ends().await?;
        assert_eq!(stage.dead_letters().await?.len(), 2);
        Ok(())
    })
    .await;
}

/// The program itself loses power between sending and hearing that it was sent: the same doubt, the same answer.
#[tokio::test]
async fn a_crash_in_the_middle_of_sending_repeats_nothing() {
    scene(async |stage| {
        let _never = stage.town.telegram.faults.hold_answer("Your shipment 9900");
        stage.enters("Anna", Channel::Telegram).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        stage.reads("Anna", INTRODUCTION).await?;
        stage.reads("Anna", "Your shipment 990012345612345671 …").await?;
        stage.server.kill()?;
        stage.server.restart().await?;
        stage.queue_holds("Anna", "Nobody knows whether …").await?;
        stage.ends().await
    })
    .await;
}
