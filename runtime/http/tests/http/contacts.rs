//! The people who write, and forgetting one of them.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::support::World;

const NONE: &str = "01980000-0000-7000-8000-000000000000";

async fn id_of(world: &World, name: &str) -> String {
    world.get(&format!("/api/v1/contacts?channel=echo&id={name}")).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_contact_is_found_by_what_the_platform_calls_them() {
    let world = World::start().await;
    world.write("1", "+1", "hello").await;
    let overview = world.get("/api/v1/conversations").await["conversations"][0].clone();
    assert_eq!(overview["contact"]["id"], json!(id_of(&world, "%2B1").await));
    for (query, status, kind) in [
        ("channel=echo&id=%2B2", 404, "not-found"),
        ("channel=other&id=%2B1", 404, "not-found"),
        ("channel=echo", 400, "malformed"),
    ] {
        world.call("GET", &format!("/api/v1/contacts?{query}"), Value::Null).await.problem(status, kind);
    }
}

#[tokio::test]
async fn whom_somebody_had_erased_is_a_stranger() {
    let world = World::start().await;
    world.write("1", "+1", "hello").await;
    world.write("2", "+2", "hello").await;
    let all = world.get("/api/v1/conversations").await["conversations"].as_array().unwrap().clone();
    let is_theirs = |overview: &&Value| overview["conversation"]["thread"]["address"] == "+1";
    let theirs = all.iter().find(is_theirs).unwrap()["conversation"]["id"].as_str().unwrap();
    let path = format!("/api/v1/contacts/{}", id_of(&world, "%2B1").await);
    let reply = world.call("DELETE", &path, Value::Null).await;
    assert_eq!((reply.status, reply.json()), (200, json!({ "conversations": 1, "webhooks": [] })), "{}", reply.text());
    let gone = format!("/api/v1/conversations/{theirs}");
    world.call("GET", &gone, Value::Null).await.problem(404, "not-found");
    assert_eq!(world.get("/api/v1/conversations").await["conversations"].as_array().unwrap().len(), 1);
    world.call("GET", "/api/v1/contacts?channel=echo&id=%2B1", Value::Null).await.problem(404, "not-found");
    world.call("DELETE", &path, Value::Null).await.problem(404, "not-found");
    world.call("DELETE", &format!("/api/v1/contacts/{NONE}"), Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_webhook_that_nobody_can_read_yet_is_named() {
    let world = World::start().await;
    world.write("1", "rap", "hello").await;
    world.hook("echo", "trap").await;
    let item = world.get("/api/v1/quarantine").await["items"][0]["id"].clone();
    let path = format!("/api/v1/contacts/{}", id_of(&world, "rap").await);
    let erased = world.call("DELETE", &path, Value::Null).await.json();
    assert_eq!(erased, json!({ "conversations": 1, "webhooks": [item] }));
    assert_eq!(world.get("/api/v1/quarantine").await["items"].as_array().unwrap().len(), 1, "others may be in it");
}

#[tokio::test]
async fn a_webhook_that_can_be_read_by_now_is_read() {
    let world = World::start().await;
    world.write("1", "rap", "hello").await;
    world.hook("echo", "trap").await;
    world.fakes.mended.store(true, Ordering::Relaxed);
    let path = format!("/api/v1/contacts/{}", id_of(&world, "rap").await);
    let erased = world.call("DELETE", &path, Value::Null).await.json();
    assert_eq!(erased, json!({ "conversations": 1, "webhooks": [] }));
    assert_eq!(world.get("/api/v1/quarantine").await["items"], json!([]));
    assert_eq!(
        world.get("/api/v1/conversations").await["conversations"].as_array().unwrap().len(),
        1,
        "what others wrote"
    );
}
