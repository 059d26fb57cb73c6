//! What operators see and set right.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::support::World;

const NONE: &str = "01980000-0000-7000-8000-000000000000";

#[tokio::test]
async fn plugins_are_listed_without_settings_and_secrets() {
    let world = World::start().await;
    let reply = world.call("GET", "/api/v1/plugins", Value::Null).await;
    assert!(!reply.text().contains("a-secret-in-the-settings"));
    let listed = reply.json();
    let names: Vec<_> = listed["plugins"].as_array().unwrap().iter().map(|plugin| &plugin["name"]).collect();
    assert_eq!(names, ["echo", "patient", "nlu", "talk"]);
    let echo = &listed["plugins"][0];
    assert_eq!(
        (&echo["kind"], &echo["digest"], &echo["contract"]),
        (&json!("channel"), &json!("d1g357"), &json!("0.1.0"))
    );
    assert_eq!(echo["grants"], json!({ "hosts": ["https://words.example"], "secrets": {} }));
}

#[tokio::test]
async fn a_dead_letter_is_seen_and_sent_again() {
    let world = World::start().await;
    world.write("1", "+1", "lost").await;
    let dead = world
        .until("/api/v1/dead-letters", |dead| !dead["dead-letters"].as_array().unwrap().is_empty())
        .await["dead-letters"][0]
        .clone();
    assert_eq!(dead["state"], json!({ "dead": { "rejected": "no such number" } }));
    world.fakes.reachable.store(true, Ordering::Relaxed);
    let resend = format!("/api/v1/dead-letters/{}/resend", dead["id"].as_str().unwrap());
    let reply = world.call("POST", &resend, Value::Null).await;
    assert_eq!((reply.status, &reply.json()["conversation"]), (200, &dead["conversation"]), "{}", reply.text());
    world.until("/api/v1/dead-letters", |dead| dead["dead-letters"] == json!([])).await;
    let messages = format!("/api/v1/conversations/{}/messages", dead["conversation"].as_str().unwrap());
    let arrived = |line: &Value| line["line"]["id"] == dead["line"] && line["state"] == "sent";
    world.until(&messages, |messages| messages["messages"].as_array().unwrap().iter().any(arrived)).await;
    world.call("POST", &resend, Value::Null).await.problem(409, "conflict");
    world.call("POST", &format!("/api/v1/dead-letters/{NONE}/resend"), Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn what_is_in_quarantine_is_run_again_after_the_plugin_is_mended() {
    let world = World::start().await;
    let headers = [("x-signature", "good"), ("x-token", "a-secret-of-the-platform")];
    world.send("POST", "/hooks/echo?token=a-secret-of-the-platform", &headers, "trap").await;
    let reply = world.call("GET", "/api/v1/quarantine", Value::Null).await;
    assert!(!reply.text().contains("a-secret-of-the-platform"), "{}", reply.text());
    let item = reply.json()["items"][0].clone();
    let webhook = &item["what"]["webhook"];
    assert_eq!((&webhook["url"], &webhook["body"]), (&json!("https://bot.example/base/hooks/echo"), &json!("trap")));
    assert!(item["reason"].as_str().unwrap().contains("unreachable executed"));

    let run = format!("/api/v1/quarantine/{}/run", item["id"].as_str().unwrap());
    let stays = world.call("POST", &run, Value::Null).await.json();
    assert!(stays["stays"]["reason"].as_str().unwrap().contains("trapped"), "{stays}");
    world.fakes.mended.store(true, Ordering::Relaxed);
    assert_eq!(world.call("POST", &run, Value::Null).await.json(), json!({ "taken": { "events": 1 } }));
    assert_eq!(world.get("/api/v1/quarantine").await["items"], json!([]));
    assert_eq!(world.get("/api/v1/conversations").await["conversations"].as_array().unwrap().len(), 1);
    world.call("POST", &run, Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn an_event_that_bears_the_id_of_another_one_is_shown_whole() {
    let world = World::start().await;
    world.write("1", "+1", "hello").await;
    let same = json!({ "id": "1", "from": "+1", "text": "hello" });
    assert_eq!(world.hook("echo", &same.to_string()).await.status, 202);
    assert_eq!(world.get("/api/v1/quarantine").await["items"], json!([]), "a repetition is no other event");
    let other = json!({ "id": "1", "from": "+1", "by": "+2", "text": "hello" });
    assert_eq!(world.hook("echo", &other.to_string()).await.status, 202);
    let item = world.get("/api/v1/quarantine").await["items"][0].clone();
    assert_eq!(item["what"]["event"]["happening"]["message"]["sender"]["id"], "+2");
    let run = format!("/api/v1/quarantine/{}/run", item["id"].as_str().unwrap());
    let stays = world.call("POST", &run, Value::Null).await.json();
    assert!(stays["stays"]["reason"].as_str().unwrap().contains("another event"), "{stays}");
}

#[tokio::test]
async fn an_item_that_nobody_wants_is_given_up() {
    let world = World::start().await;
    world.hook("echo", "trap").await;
    let item = world.get("/api/v1/quarantine?limit=10").await["items"][0].clone();
    let path = format!("/api/v1/quarantine/{}", item["id"].as_str().unwrap());
    assert_eq!(world.call("DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(world.get("/api/v1/quarantine").await["items"], json!([]));
    world.call("DELETE", &path, Value::Null).await.problem(404, "not-found");
}
