//! What orchestrators and Prometheus ask, and what every answer bears.

use crate::support::World;

#[tokio::test]
async fn a_server_that_works_is_alive_and_ready() {
    let world = World::start().await;
    assert_eq!(world.send("GET", "/healthz", &[], "").await.text(), "alive\n");
    assert_eq!(world.send("GET", "/readyz", &[], "").await.text(), "ready\n");
}

#[tokio::test]
async fn a_server_that_stops_is_alive_and_not_ready() {
    let world = World::start().await;
    world.engine.stop().await;
    assert_eq!(world.send("GET", "/healthz", &[], "").await.status, 200);
    world.send("GET", "/readyz", &[], "").await.problem(503, "unavailable");
    let detail = world.hook("echo", "{}").await.problem(503, "unavailable");
    assert!(detail.contains("going down"), "{detail}");
}

#[tokio::test]
async fn metrics_are_what_the_server_renders() {
    let world = World::start().await;
    let reply = world.send("GET", "/metrics", &[], "").await;
    assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4"));
    assert_eq!(reply.text(), "sportello_up 1\n");
}

#[tokio::test]
async fn a_request_id_is_taken_over_or_made() {
    let world = World::start().await;
    let given = world.send("GET", "/healthz", &[("x-request-id", "7f3a")], "").await;
    assert_eq!(given.header("x-request-id"), Some("7f3a"));
    let made = |reply: crate::support::Reply| reply.header("x-request-id").unwrap().to_owned();
    let first = made(world.send("GET", "/healthz", &[("x-request-id", "two words")], "").await);
    let second = made(world.send("GET", "/nowhere", &[], "").await);
    assert!(first.len() == 32 && second.len() == 32 && first != second, "{first} {second}");
}

#[tokio::test]
async fn browsers_are_told_to_be_careful() {
    let world = World::start().await;
    let reply = world.call("GET", "/api/v1/queue", serde_json::Value::Null).await;
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(reply.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn an_address_that_is_none_and_a_method_that_is_none_are_told_apart() {
    let world = World::start().await;
    let detail = world.send("GET", "/api/v1/conversation", &[], "").await.problem(404, "not-found");
    assert!(detail.contains("/api/v1/conversation"), "{detail}");
    let reply = world.client.send("PUT", &world.url("/api/v1/queue"), &[], "").await;
    reply.problem(405, "method-not-allowed");
    assert_eq!(reply.header("allow"), Some("GET,HEAD"));
}
