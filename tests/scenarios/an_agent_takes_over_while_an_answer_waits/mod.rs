//! The platform refuses for a while, the bot's answer waits for its next attempt, and an agent takes over: the answer never
//! leaves, and the transcript shows that.

use serde_json::Value;
use sportello_harness::{Answer, Fault, Plan, Recorded};
use sportello_scenarios::{Channel, scene};

const LIMIT: std::time::Duration = std::time::Duration::from_secs(30);

fn is_cancelled(line: &Value) -> bool {
    line["state"]["cancelled"].is_string()
}

#[tokio::test]
async fn the_bots_answer_never_leaves() {
    scene(async |stage| {
        stage.town.whatsapp.faults.plan(Plan::always(Fault::Refuse(Answer::empty(503))));
        stage.enters("Anna", Channel::WhatsApp).await?;
        stage.writes("Anna", "Where is my parcel 990012345612345671?").await?;
        // Each attempt is refused; the answer to the question waits behind the introduction.
        let attempts = |all: &[Recorded]| all.iter().filter(|request| request.text().contains("Gigi")).count();
        stage.town.whatsapp.log.wait_until(LIMIT, |all| attempts(all) >= 2).await?;

        stage.takes("Camille", "Anna").await?;
        stage.town.whatsapp.faults.clear();
        stage.answers("Camille", "Anna", "I am looking into it.").await?;
        stage.reads("Anna", "I am looking into it. — Camille").await?;
        stage.ends().await?;

        let lines = stage.lines("Anna").await?;
        let bot: Vec<&Value> = lines.iter().filter(|line| line["line"]["voice"]["bot"].is_string()).collect();
        assert_eq!(bot.len(), 2, "the introduction and the answer: {lines:#?}");
        assert!(bot.iter().all(|line| is_cancelled(line)), "{bot:#?}");
        Ok(())
    })
    .await;
}
