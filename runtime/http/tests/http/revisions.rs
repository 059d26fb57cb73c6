//! The life of a revision, as scripts and people drive it.

use serde_json::{Value, json};
use sportello_engine::LogLine;
use sportello_http::Scope;

use crate::support::World;

/// Uploads a component and enters a revision of `talk` with it; its id, once its checks are over.
async fn push(world: &World, component: &str) -> String {
    let kept = world.raw("/api/v1/artefacts", component).await;
    let digest = kept.json()["digest"].clone();
    let pushed = world
        .call("POST", "/api/v1/plugins/talk/revisions", json!({ "component": digest, "why": "a mended one" }))
        .await;
    assert_eq!(pushed.status, 201, "{}", pushed.text());
    let id = pushed.json()["id"].as_str().unwrap().to_owned();
    world.until(&format!("/api/v1/revisions/{id}"), |revision| revision["waits-for"] != "checks").await;
    id
}

async fn state(world: &World, id: &str) -> Value {
    world.get(&format!("/api/v1/revisions/{id}")).await["state"].clone()
}

#[tokio::test]
async fn a_revision_is_pushed_tried_promoted_and_taken_back() {
    let world = World::start().await;
    let first = world.get("/api/v1/plugins/talk").await["rollout"]["active"].as_str().unwrap().to_owned();
    let second = push(&world, "second").await;
    assert_eq!(state(&world, &second).await, "replayed");
    let decide = |what: &str| format!("/api/v1/revisions/{second}/{what}");
    let tried = world.call("POST", &decide("canary"), json!({ "percent": 10 })).await.json();
    assert_eq!(
        (&tried["candidate"]["revision"], &tried["candidate"]["mode"]),
        (&json!(second), &json!({ "canary": 10 }))
    );
    let listed = world.get("/api/v1/plugins").await;
    let talk = listed["plugins"].as_array().unwrap().iter().find(|plugin| plugin["name"] == "talk").unwrap();
    assert_eq!((&talk["id"], &talk["candidate"]["revision"]), (&json!(first), &json!(second)));

    let promoted = world.call("POST", &decide("promote"), json!({ "why": "it does well" })).await.json();
    assert_eq!((&promoted["active"], &promoted["previous"]), (&json!(second), &json!(first)));
    let back = world.call("POST", "/api/v1/plugins/talk/rollback", json!({ "why": "rude" })).await.json();
    assert_eq!(back, json!({ "from": second, "to": first, "dialogues": 0, "to-people": 0 }));
    let shown = world.get("/api/v1/plugins/talk").await;
    assert_eq!(shown["rollout"]["active"], json!(first));
    let audit: Vec<(&str, &str)> = shown["audit"]
        .as_array()
        .unwrap()
        .iter()
        .take(3)
        .map(|entry| (entry["who"].as_str().unwrap(), entry["what"].as_str().unwrap()))
        .collect();
    assert_eq!(audit, [("of a test", "rolled-back"), ("of a test", "active"), ("of a test", "canary 10 %")]);
    assert_eq!(world.get(&format!("/api/v1/revisions/{second}")).await["reason"], "rude");
}

#[tokio::test]
async fn what_does_not_fit_is_rejected_and_cannot_be_tried() {
    let world = World::start().await;
    let broken = push(&world, "broken").await;
    let shown = world.get(&format!("/api/v1/revisions/{broken}")).await;
    assert_eq!((&shown["state"], &shown["reason"]), (&json!("rejected"), &json!("it lacks the export `handle`")));
    let tried = world.call("POST", &format!("/api/v1/revisions/{broken}/canary"), json!({ "percent": 10 })).await;
    assert!(tried.problem(409, "conflict").contains("rejected"));
}

#[tokio::test]
async fn an_upgrade_that_asks_for_more_waits_until_it_is_granted() {
    let world = World::start().await;
    let greedy = push(&world, "greedy").await;
    let shown = world.get(&format!("/api/v1/revisions/{greedy}")).await;
    assert_eq!(shown["wants"], json!({ "hosts": ["https://new.example"], "secrets": [] }));
    let refused = world.call("POST", &format!("/api/v1/revisions/{greedy}/promote"), json!({})).await;
    assert!(refused.problem(409, "conflict").contains("https://new.example"));
    let path = format!("/api/v1/revisions/{greedy}/grant");
    let value = world.call("POST", &path, json!({ "secrets": { "key": "s3cret" } })).await;
    assert!(value.problem(400, "malformed").contains("never a value"));
    let granted = world.call("POST", &path, json!({})).await;
    assert_eq!(granted.status, 201, "{}", granted.text());
    let granted = granted.json();
    assert_eq!(granted["grants"]["hosts"], json!(["https://words.example", "https://new.example"]));
    assert_eq!(state(&world, &greedy).await, "rejected");
}

#[tokio::test]
async fn settings_go_the_same_way_and_their_differences_are_shown() {
    let world = World::start().await;
    let first = world.get("/api/v1/plugins/talk").await["rollout"]["active"].as_str().unwrap().to_owned();
    let wish = json!({ "settings": { "greeting": "good day" } });
    let pushed = world.call("POST", "/api/v1/plugins/talk/revisions", wish).await.json();
    let second = pushed["id"].as_str().unwrap();
    let differences = world.get(&format!("/api/v1/revisions/{first}/diff/{second}")).await;
    let greeting = json!({ "at": "settings.greeting", "from": "hello", "to": "good day" });
    assert_eq!(differences["differences"], json!([greeting]));
}

#[tokio::test]
async fn a_revision_is_run_on_what_was_recorded_and_the_bar_is_read() {
    let world = World::start().await;
    let second = push(&world, "second").await;
    let path = format!("/api/v1/revisions/{second}/replay");
    let replayed = world.call("POST", &path, json!({ "last": 5, "require": "compared >= 1" })).await.json();
    assert_eq!((&replayed["summary"]["changed"], replayed["unmet"].as_array().unwrap().len()), (&json!(0), 1));
    let wrong = world.call("POST", &path, json!({ "require": "be good" })).await;
    assert!(wrong.problem(400, "malformed").contains("`require`"));
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_not_there() {
    let world = World::start().await;
    let nothing = json!({});
    for path in ["/api/v1/plugins/none/rollback", "/api/v1/plugins/none/revisions"] {
        assert!(world.call("POST", path, nothing.clone()).await.problem(404, "not-found").contains("`none`"));
    }
    world.call("GET", "/api/v1/revisions/talk@0", Value::Null).await.problem(404, "not-found");
    world.call("POST", "/api/v1/plugins/talk/rollback", nothing.clone()).await.problem(409, "conflict");
    let wish = json!({ "component": "00" });
    world.call("POST", "/api/v1/plugins/talk/revisions", wish).await.problem(400, "malformed");
    let wish = json!({ "component": "0".repeat(64) });
    world.call("POST", "/api/v1/plugins/talk/revisions", wish).await.problem(409, "conflict");
}

#[tokio::test]
async fn whoever_may_only_look_changes_nothing() {
    let world = World::start().await;
    let reader = world.token(&[Scope::PluginsRead]).await;
    assert_eq!(world.call_as(&reader, "GET", "/api/v1/plugins/talk", "").await.status, 200);
    world.call_as(&reader, "POST", "/api/v1/plugins/talk/rollback", "{}").await.problem(403, "missing-scope");
}

#[tokio::test]
async fn what_a_plugin_writes_is_read_on_from_where_one_was() {
    let world = World::start().await;
    let write = |text: &str| {
        let (revision, function, text) = ("talk@1".to_owned(), "handle".to_owned(), text.to_owned());
        world.log.push(LogLine { at: 7, revision, function, text, ..LogLine::default() });
    };
    ["one", "two"].into_iter().for_each(write);
    let lines = world.get("/api/v1/plugins/talk/logs").await["lines"].clone();
    assert_eq!((&lines[0]["text"], &lines[1]["text"]), (&json!("one"), &json!("two")));
    let path = format!("/api/v1/plugins/talk/logs?after={}", lines[1]["number"]);
    assert_eq!(world.get(&path).await["lines"], json!([]));
    write("three");
    assert_eq!(world.get(&path).await["lines"][0]["text"], "three");
    assert_eq!(world.call("GET", "/api/v1/plugins/nobody/logs", Value::Null).await.status, 404);
}
