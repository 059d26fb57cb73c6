//! The server is killed at each step of a revision's life, and over each decision about it. Started again it goes on from there:
//! nothing is half, the right revision serves, and who wrote meanwhile is answered once.

mod witness;

use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use sportello_harness::{Cluster, Setup, another};
use sportello_scenarios::{Channel, Stage, now, scene, scene_with};

use witness::{decided, killed, life, state, whole};

const NAME: &str = "parcel-tracking";
const PARCEL: &str = "990012345612345671";
/// The steps until somebody may decide.
const CHECKS: [&str; 5] = ["uploaded", "compiled", "linked", "self-tested", "replayed"];
/// So often a step may be over before it is seen.
const TRIES: usize = 5;
const LIMIT: Duration = Duration::from_secs(45);
/// What a kill has left in doubt is sent once more after this, where the platform has not told that it arrived.
const IN_DOUBT: &str = "15s";
/// Nothing retires before every turn is over that may have been under way.
const RETIRES: Duration = Duration::from_secs(150);

#[tokio::test]
async fn its_checks_go_on_where_they_were() {
    let in_doubt = |setup: Setup| setup.set("limits.unknown-hold", IN_DOUBT);
    scene_with(in_doubt, async |stage| {
        let serves = stage.shown(NAME).await?["rollout"]["active"].clone();
        let mut customers = (0..).map(|number| format!("customer {number}"));
        for step in CHECKS {
            let mut tries = 0..TRIES;
            loop {
                tries.next().with_context(|| format!("it was never killed as {step}"))?;
                let who = customers.next().context("there is always another")?;
                let found = is_killed_as(stage, step, &who).await?;
                let shown = whole(stage, NAME).await?;
                ensure!(shown["rollout"]["active"] == serves, "something else serves: {shown:#}");
                if found.iter().any(|found| found == step) {
                    break;
                }
            }
        }
        stage.ends().await
    })
    .await;
}

/// A new revision comes to this step, or a later one, while a turn of somebody is under way: killed there, and killed again as
/// soon as the server is back. Says as what it was.
async fn is_killed_as(stage: &mut Stage, step: &str, who: &str) -> anyhow::Result<[String; 2]> {
    let asked = stage.town.tracking.log.len();
    let gate = stage.town.tracking.faults.hold(PARCEL);
    stage.enters(who, Channel::WhatsApp).await?;
    stage.writes(who, &format!("Where is my parcel {PARCEL}?")).await?;
    stage.town.tracking.log.wait_until(LIMIT, |all| all.len() > asked).await?;
    let revision = stage.pushes(NAME, another(NAME, now())?).await?;
    let reached = |shown: &Value| life(shown, &revision).iter().any(|reached| reached == step);
    stage.waits_until(NAME, step, reached).await?;
    let found = [killed(stage, NAME, &revision).await?, killed(stage, NAME, &revision).await?];
    gate.open();
    // The second kill may come in the middle of an answer.
    stage.confirms(who).await?;
    stage.reads(who, "Hello! I'm Gigi…").await?;
    stage.reads(who, &format!("Your shipment {PARCEL} …")).await?;
    stage.settles(who).await?;
    let shown = stage.waits_until(NAME, "checks", |shown| state(shown, &revision) == "replayed").await?;
    ensure!(life(&shown, &revision) == CHECKS, "each step is done and noted once: {:?}", life(&shown, &revision));
    Ok(found)
}

#[tokio::test]
async fn decisions_stand_or_were_never_made() {
    scene(async |stage| is_decided_about(stage).await).await;
}

#[tokio::test]
async fn decisions_stand_or_were_never_made_where_nodes_share_a_store() {
    let url = Cluster::shared().and_then(Cluster::database);
    let url = url.as_ref().map_err(ToString::to_string);
    let shared = |setup: Setup| setup.set("store.url", url.clone().map_err(anyhow::Error::msg)?.as_str());
    scene_with(shared, async |stage| is_decided_about(stage).await).await;
}

/// Tried, taken back, tried again, promoted, drained, retired, and brought back.
async fn is_decided_about(stage: &mut Stage) -> anyhow::Result<()> {
    let old = active(&stage.shown(NAME).await?)?;
    begins_a_dialogue(stage, "Anna").await?;
    let component = another(NAME, 0)?;
    let new = is_proved(stage, component.clone()).await?;

    is_tried(stage, &new).await?;
    let shown =
        decided(stage, NAME, &format!("/api/v1/plugins/{NAME}/rollback"), &json!({"why": "no hurry"}), |shown| {
            state(shown, &new) == "rolled-back"
        })
        .await?;
    ensure!(active(&shown)? == old, "the candidate alone goes back: {shown:#}");

    ensure!(is_proved(stage, component).await? == new, "the same parts are the same revision");
    let candidate = is_tried(stage, &new).await?;
    begins_a_dialogue(stage, "Bert").await?;
    ensure!(killed(stage, NAME, &new).await? == "canary 100 %", "it was tried");
    ensure!(stage.shown(NAME).await?["rollout"]["candidate"] == candidate, "it is tried as before");
    ends_the_dialogue(stage, "Bert", &new).await?;

    decided(stage, NAME, &format!("/api/v1/revisions/{new}/promote"), &json!({}), |shown| {
        shown["rollout"]["active"] == new.as_str()
    })
    .await?;
    ensure!(killed(stage, NAME, &new).await? == "active", "it serves");
    ensure!(state(&stage.shown(NAME).await?, &old) == "draining", "a dialogue is on it");
    ends_the_dialogue(stage, "Anna", &old).await?;
    stage.waits_long_until(NAME, "retiring", RETIRES, |shown| state(shown, &old) == "retired").await?;
    ensure!(killed(stage, NAME, &old).await? == "retired", "its last dialogue had ended");

    let back = format!("/api/v1/plugins/{NAME}/rollback");
    decided(stage, NAME, &back, &json!({"why": "it was better before"}), |shown| {
        shown["rollout"]["active"] == old.as_str()
    })
    .await?;
    begins_a_dialogue(stage, "Carl").await?;
    ends_the_dialogue(stage, "Carl", &old).await?;
    stage.ends().await
}

/// What serves.
fn active(shown: &Value) -> anyhow::Result<String> {
    Ok(shown["rollout"]["active"].as_str().context("something serves")?.to_owned())
}

/// Pushed, and through with its checks.
async fn is_proved(stage: &Stage, component: Vec<u8>) -> anyhow::Result<String> {
    let revision = stage.pushes(NAME, component).await?;
    stage.waits_until(NAME, "checks", |shown| state(shown, &revision) == "replayed").await?;
    Ok(revision)
}

/// Given all conversations that begin; the candidate as it stands.
async fn is_tried(stage: &mut Stage, revision: &str) -> anyhow::Result<Value> {
    let path = format!("/api/v1/revisions/{revision}/canary");
    let shown =
        decided(stage, NAME, &path, &json!({"percent": 100}), |shown| state(shown, revision) == "canary").await?;
    Ok(shown["rollout"]["candidate"].clone())
}

async fn begins_a_dialogue(stage: &mut Stage, who: &str) -> anyhow::Result<()> {
    stage.enters(who, Channel::WhatsApp).await?;
    stage.writes(who, "Where is my parcel?").await?;
    stage.reads(who, "Hello! I'm Gigi…").await?;
    stage.reads(who, "I'm happy to check. What is the tracking number?").await?;
    stage.settles(who).await
}

/// On the revision on which it has to be.
async fn ends_the_dialogue(stage: &mut Stage, who: &str, revision: &str) -> anyhow::Result<()> {
    stage.writes(who, PARCEL).await?;
    stage.reads(who, &format!("Your shipment {PARCEL} …")).await?;
    stage.settles(who).await?;
    let conversation = stage.conversation_id(who).await?;
    let turns = stage.server.command(&["conversation", "show", &conversation, "--json"]).await?;
    ensure!(turns.matches(revision).count() >= 2, "{who} was on another revision than {revision}: {turns}");
    Ok(())
}

#[tokio::test]
async fn a_grant_is_waited_for_and_given_once() {
    scene(async |stage| {
        let serves = active(&stage.shown(NAME).await?)?;
        let file = stage.settings(NAME, |settings| settings["api-base"] = json!("https://other.example"))?;
        let waits = stage.plugin(&["push", "--name", NAME, "--settings", &file, "--json"]).await?;
        let asks: Value = serde_json::from_str(&waits.output)?;
        let asks = asks["id"].as_str().context("a revision has an id")?.to_owned();
        ensure!(killed(stage, NAME, &asks).await? == "linked", "it waits");
        let path = format!("/api/v1/revisions/{asks}");
        ensure!(stage.api().get(&path).await?["waits-for"] == "grant", "it waits still");
        ensure!(stage.plugin(&["promote", &asks]).await?.status.code() == Some(1), "it must not serve");

        let shown = decided(stage, NAME, &format!("{path}/grant"), &json!({}), |shown| {
            state(shown, &asks) == "rejected" || granted(shown).is_some()
        })
        .await?;
        let granted = granted(&shown).context("another goes on in its place")?;
        ensure!(state(&shown, &asks) == "rejected", "it waits for what was given: {shown:#}");
        stage.waits_until(NAME, "checks", |shown| state(shown, &granted) == "replayed").await?;
        ensure!(active(&whole(stage, NAME).await?)? == serves, "nobody has promoted it");
        ensure!(killed(stage, NAME, &granted).await? == "replayed", "somebody may decide");
        stage.told(&["promote", &granted]).await?;
        ensure!(active(&whole(stage, NAME).await?)? == granted, "it was promoted");
        Ok(())
    })
    .await;
}

/// The revision that may call what was asked for.
fn granted(shown: &Value) -> Option<String> {
    let mut all = shown["revisions"].as_array().into_iter().flatten();
    let found = all.find(|one| one["grants"]["hosts"].to_string().contains("https://other.example"));
    found.map(|one| one["id"].as_str().unwrap_or_default().to_owned())
}
