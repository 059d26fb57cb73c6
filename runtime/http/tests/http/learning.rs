//! What was not understood, and what people say about it.

use serde_json::{Value, json};
use sportello_domain::contract::Intent;
use sportello_domain::ids::{ConversationId, JobId, TurnId};
use sportello_domain::learning::{Doubt, Utterance};
use sportello_engine::ports::store::{Findings, Job, JobState, Jobs, Learning, Progress, Work};

use crate::support::World;
use crate::support::world::NOW;

async fn misunderstood(world: &World, texts: &[&str]) {
    let utterance = |(number, text): (u64, &&str)| Utterance {
        id: TurnId::new(NOW + number, 0),
        conversation: ConversationId::new(NOW + number, 0),
        at: NOW,
        text: (*text).to_owned(),
        language: "en".to_owned(),
        doubt: Doubt::Unsure,
        predicted: vec![Intent { name: "talk".to_owned(), confidence: 0.25 }],
        chosen: None,
    };
    let utterances = (0..).zip(texts).map(utterance).collect();
    assert!(world.store.keep_findings(Findings { utterances, ..Findings::default() }).await.unwrap());
}

#[tokio::test]
async fn alike_utterances_are_reviewed_and_corrected_together() {
    let world = World::start().await;
    misunderstood(&world, &["where is my parcel", "Where is my parcel?", "sing a song"]).await;
    let groups = world.get("/api/v1/nlu/review").await["groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 2, "{groups}");
    assert_eq!((&groups[0]["count"], &groups[0]["doubts"]), (&json!(2), &json!({ "unsure": 2 })));
    let wish = json!({ "utterances": groups[1]["utterances"], "label": "out-of-scope" });
    let kept = world.call("POST", "/api/v1/nlu/corrections", wish.clone()).await;
    assert_eq!(kept.status, 201, "{}", kept.text());
    let said = world.get("/api/v1/nlu/corrections").await["corrections"].clone();
    assert_eq!((&said[0]["text"], &said[0]["who"]), (&json!("sing a song"), &json!("of a test")));
    assert_eq!(world.get("/api/v1/nlu/review").await["groups"].as_array().unwrap().len(), 1);
    world.call("POST", "/api/v1/nlu/corrections", wish).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_cannot_be_said_of_an_utterance_is_refused() {
    let world = World::start().await;
    let id = TurnId::new(NOW, 0).to_string();
    for wish in [
        json!({ "utterances": [], "label": "ignored" }),
        json!({ "utterances": [id], "label": "nonsense" }),
        json!({ "utterances": [id], "label": { "intent": " " } }),
    ] {
        world.call("POST", "/api/v1/nlu/corrections", wish).await.problem(400, "malformed");
    }
    for wish in [json!({ "folds": 1 }), json!({ "folds": 11 })] {
        world.call("POST", "/api/v1/nlu/evaluation", wish.clone()).await.problem(400, "malformed");
        world.call("POST", "/api/v1/nlu/training", wish).await.problem(400, "malformed");
    }
}

#[tokio::test]
async fn without_a_classifier_there_is_nothing_to_train_and_without_a_reason_nothing_is_forced() {
    let world = World::start().await;
    for path in ["/api/v1/nlu/evaluation", "/api/v1/nlu/training"] {
        let detail = world.call("POST", path, json!({})).await.problem(404, "not-found");
        assert!(detail.contains("`nlu`"), "{detail}");
    }
    let detail = world.call("POST", "/api/v1/nlu/training", json!({ "force": true })).await.problem(409, "conflict");
    assert!(detail.contains("say why"), "{detail}");
    let known = world.call("GET", "/api/v1/nlu/review?limit=0", Value::Null).await;
    known.problem(400, "malformed");
}

#[tokio::test]
async fn a_job_is_asked_about_until_it_runs_no_longer() {
    let world = World::start().await;
    let id = JobId::new(NOW, 7);
    let job = Job {
        id,
        work: Work::Evaluation,
        who: "anna".to_owned(),
        began_at: NOW,
        heard_at: u64::MAX,
        state: JobState::Running(Progress { done: 1, of: 5, serving: false }),
    };
    world.store.begin_job(job.clone(), 0).await.unwrap();
    let path = format!("/api/v1/nlu/jobs/{id}");
    assert_eq!(world.get(&path).await["state"], json!({ "running": { "done": 1, "of": 5, "serving": false } }));
    world.store.tell_job(Job { state: JobState::Failed("why".to_owned()), ..job }).await.unwrap();
    assert_eq!(world.get("/api/v1/nlu/jobs").await["jobs"][0]["state"], json!({ "failed": "why" }));
    let unknown = format!("/api/v1/nlu/jobs/{}", JobId::new(NOW, 8));
    world.call("GET", &unknown, Value::Null).await.problem(404, "not-found");
}
