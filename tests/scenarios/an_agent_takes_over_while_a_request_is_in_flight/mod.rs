//! What is on the wire when an agent takes over cannot be called back; what has not left does not leave any more.

use serde_json::json;
use sportello_harness::Recorded;
use sportello_scenarios::{Channel, scene};

const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

/// The bot asks the tracking service while the agent comes: its answer comes too late, and is fenced off.
#[tokio::test]
async fn a_late_answer_of_the_bot_is_fenced_off() {
    scene(async |stage| {
        let gate = stage.town.tracking.faults.hold("990012345612345671");
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        stage.town.tracking.log.wait_until(LIMIT, |all| !all.is_empty()).await?;

        stage.takes("Camille", "Anna").await?;
        gate.open();
        stage.answers("Camille", "Anna", "I am looking into it.").await?;
        stage.reads("Anna", "I am looking into it. — Camille").await?;
        stage.ends().await?;

        let turns = turns(stage, "Anna").await?;
        assert_eq!(turns, ["superseded"]);
        Ok(())
    })
    .await;
}

/// The platform is sending the bot's first message while the agent comes: that one arrives, the second does not.
#[tokio::test]
async fn what_is_on_the_wire_arrives_and_nothing_after_it() {
    scene(async |stage| {
        let gate = stage.town.whatsapp.faults.hold("Gigi");
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        let on_the_wire = |all: &[Recorded]| all.iter().any(|request| request.text().contains("Gigi"));
        stage.town.whatsapp.log.wait_until(LIMIT, on_the_wire).await?;

        stage.takes("Camille", "Anna").await?;
        stage.answers("Camille", "Anna", "I am looking into it.").await?;
        gate.open();
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "I am looking into it. — Camille").await?;
        stage.ends().await
    })
    .await;
}

/// Agents whose screens are old are asked to look again, and a message that a screen sends twice arrives once.
#[tokio::test]
async fn agents_do_not_speak_over_each_other() {
    scene(async |stage| {
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "I would like to talk to a person, please.").await?;
        stage.reads("Anna", "Hello! I'm Gigi…").await?;
        stage.reads("Anna", "I'm handing you over …").await?;
        let id = stage.conversation_id("Anna").await?;
        let api = stage.api();
        let path = |action: &str| format!("/api/v1/conversations/{id}/{action}");

        let early = api.call("POST", &path("answer"), Some(&json!({ "agent": "Camille", "text": "Hello" }))).await?;
        assert_eq!(early.status, 409, "an agent who has not taken it: {}", early.text());
        let seen = api.post(&path("take"), &json!({ "agent": "Camille" })).await?["owner-epoch"].clone();
        let second = api.call("POST", &path("take"), Some(&json!({ "agent": "Reto" }))).await?;
        assert_eq!(second.status, 409, "it is Camille's: {}", second.text());

        let answer = json!({ "agent": "Camille", "key": "k1", "owner-epoch": seen, "text": "Good morning!" });
        for status in [201, 200] {
            let reply = api.call("POST", &path("answer"), Some(&answer)).await?;
            assert_eq!(reply.status, status, "{}", reply.text());
        }
        stage.reads("Anna", "Good morning! — Camille").await?;

        stage.returns("Camille", "Anna").await?;
        stage.takes("Camille", "Anna").await?;
        let stale = json!({ "agent": "Camille", "key": "k2", "owner-epoch": seen, "text": "Still there?" });
        let reply = api.call("POST", &path("answer"), Some(&stale)).await?;
        assert_eq!(reply.status, 409, "she saw an older state: {}", reply.text());
        stage.ends().await
    })
    .await;
}

async fn turns(stage: &mut sportello_scenarios::Stage, who: &str) -> anyhow::Result<Vec<String>> {
    let id = stage.conversation_id(who).await?;
    let turns = stage.api().get(&format!("/api/v1/conversations/{id}/turns")).await?;
    let outcomes = turns["turns"].as_array().into_iter().flatten().filter_map(|turn| turn["outcome"].as_str());
    Ok(outcomes.map(str::to_owned).collect())
}
