//! A skill that traps, or runs for ever, is not the customer's problem: a person takes over, and agents see why.

use sportello_scenarios::{Channel, scene_with};

async fn with_a_skill_that(misdeed: &'static str, reason: &str) {
    scene_with(
        |setup| {
            let skill = "plugin = \"misbehaving\"\nintents = [\"redirect-price\"]\nsettings.misdeed";
            let config = format!("[skills.broken]\n{skill} = \"{misdeed}\"\n");
            setup.with_guests()?.without("skills.faq").merge(&config)
        },
        async |stage| {
            stage.enters("Anna", Channel::WhatsApp).await?;
            stage.writes("Anna", "What does it cost to redirect my mail?").await?;
            stage.reads("Anna", "Hello! I'm Gigi…").await?;
            stage.reads("Anna", "I'm handing you over to a person …").await?;
            stage.queue_holds("Anna", reason).await?;
            stage.ends().await
        },
    )
    .await;
}

#[tokio::test]
async fn when_it_traps() {
    with_a_skill_that("trap", "the skill `broken` failed: …").await;
}

#[tokio::test]
async fn when_it_never_returns() {
    with_a_skill_that("loop", "the skill `broken` failed: …").await;
}

#[tokio::test]
async fn when_it_takes_all_memory() {
    with_a_skill_that("memory", "the skill `broken` failed: …").await;
}

/// What it depends on is down: the skill itself says so, and brings a person.
#[tokio::test]
async fn when_the_service_behind_it_is_down() {
    sportello_scenarios::scene(async |stage| {
        stage.town.tracking.go_down();
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "I'm afraid I can't look the shipment up at the moment.").await?;
        stage.reads("Anna", "I'm handing you over to a person …").await?;
        stage.queue_holds("Anna", "The tracking service did not help: …").await?;
        stage.ends().await
    })
    .await;
}
