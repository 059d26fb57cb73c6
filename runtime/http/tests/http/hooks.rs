//! Webhooks: what plugins see, what platforms get, and what is refused.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::World;

#[tokio::test]
async fn a_handshake_is_answered_as_the_plugin_says() {
    let world = World::start().await;
    let reply = world.send("GET", "/hooks/echo?challenge=1158201444", &[], "").await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "1158201444"));
    assert_eq!(reply.header("x-platform"), Some("echo"));
    assert_eq!(reply.header("transfer-encoding"), None, "headers of the connection are the host's");
}

#[tokio::test]
async fn a_webhook_is_durable_when_it_is_answered() {
    let world = World::start().await;
    world.write("1", "+41791112233", "hello").await;
    assert_eq!(world.engine.store().gauges().await.unwrap().open_conversations, 1);
}

#[tokio::test]
async fn the_plugin_sees_the_public_address_lower_case_names_and_the_raw_body() {
    let world = World::start().await;
    let body = "{ \"a\" : \"\\u00fc\" }";
    world.client.send("REPORT", &world.url("/hooks/echo/a%2Fb/c?x=%20&y"), &[("X-Mixed", "Case")], body).await;
    let seen = world.fakes.seen.lock().unwrap().last().unwrap().clone();
    assert_eq!(
        (seen.method.as_str(), seen.url.as_str()),
        ("REPORT", "https://bot.example/base/hooks/echo/a%2Fb/c?x=%20&y")
    );
    assert!(seen.headers.contains(&("x-mixed".to_owned(), "Case".to_owned())));
    assert_eq!(&seen.body[..], body.as_bytes());
}

#[tokio::test]
async fn every_method_reaches_the_plugin() {
    let world = World::start().await;
    for method in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        assert_eq!(world.send(method, "/hooks/echo", &[], "").await.status, 200, "{method}");
        assert_eq!(world.fakes.seen.lock().unwrap().last().unwrap().method, method);
    }
}

#[tokio::test]
async fn what_is_unsigned_or_malformed_is_refused_and_leaves_nothing() {
    let world = World::start().await;
    let reply = world.send("POST", "/hooks/echo", &[], r#"{"id":"1","from":"a","text":"b"}"#).await;
    assert_eq!(reply.problem(401, "unsigned"), "the signature does not match");
    let detail = world.hook("echo", "<xml/>").await.problem(400, "malformed");
    assert!(detail.starts_with("not what this platform sends"), "{detail}");
    assert!(world.is_untouched().await);
}

#[tokio::test]
async fn a_channel_that_is_not_configured_is_not_found() {
    let world = World::start().await;
    let detail = world.hook("whatsap", "").await.problem(404, "not-found");
    assert!(detail.contains("`whatsap`"), "{detail}");
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_before_the_plugin_sees_it() {
    let world = World::with(|config| config.webhook_body = 64).await;
    let detail = world.hook("echo", &"x".repeat(65)).await.problem(413, "too-large");
    assert!(detail.contains("64 bytes"), "{detail}");
    assert!(world.fakes.seen.lock().unwrap().is_empty() && world.is_untouched().await);
    let largest = format!("{:<64}", r#"{"id":"1","from":"a","text":"b"}"#);
    assert_eq!(world.hook("echo", &largest).await.status, 202);
}

#[tokio::test]
async fn a_platform_that_repeats_is_asked_to_when_the_plugin_fails() {
    let world = World::start().await;
    let reply = world.hook("patient", "trap").await;
    let detail = reply.problem(503, "unavailable");
    assert_eq!(reply.header("retry-after"), Some("5"));
    assert!(!detail.contains("unreachable"), "back traces are for the log: {detail}");
    assert!(world.is_untouched().await);
}

#[tokio::test]
async fn what_a_platform_would_never_repeat_goes_to_quarantine() {
    let world = World::start().await;
    assert_eq!(world.hook("echo", "trap").await.status, 200);
    assert_eq!(world.engine.store().gauges().await.unwrap().quarantined, 1);
    world.fakes.mended.store(true, Ordering::Relaxed);
    assert_eq!(world.hook("echo", "trap").await.status, 202);
}

#[tokio::test]
async fn a_status_that_is_none_is_a_defect_that_is_told() {
    let world = World::start().await;
    let detail = world.hook("echo", "status 42").await.problem(500, "internal");
    assert!(detail.contains("42"), "{detail}");
}

#[tokio::test]
async fn a_panic_is_an_answer_to_one_and_nothing_to_others() {
    let world = World::start().await;
    let reply = world.hook("echo", "panic").await;
    reply.problem(500, "internal");
    assert!(reply.header("x-request-id").is_some());
    world.write("1", "+41", "hello").await;
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let world = World::with(|config| config.patience = Duration::from_millis(200)).await;
    let reply = world.hook("echo", "for ever").await;
    let detail = reply.problem(503, "unavailable");
    assert!(detail.contains("0.2 s"), "{detail}");
    assert_eq!(reply.header("retry-after"), Some("5"));
}
