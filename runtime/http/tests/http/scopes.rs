//! Who may do what.

use serde_json::{Value, json};
use sportello_http::Scope;

use crate::support::World;

const ID: &str = "01980000-0000-7000-8000-000000000000";

/// The actions that ask for a scope, as the document has them: method, path, scope.
fn guarded(world: &World) -> Vec<(String, String, String)> {
    let mut guarded = Vec::new();
    for (path, item) in world.contract.document["paths"].as_object().unwrap() {
        for (method, action) in item.as_object().unwrap() {
            if let Some(scope) = action["security"][0]["token"][0].as_str() {
                guarded.push((method.to_ascii_uppercase(), path.replace("{id}", ID), scope.to_owned()));
            }
        }
    }
    guarded
}

#[tokio::test]
async fn without_a_token_nothing_is_done() {
    let world = World::start().await;
    let guarded = guarded(&world);
    assert!(guarded.len() >= 18, "{guarded:?}");
    for (method, path, _) in guarded {
        let reply = world.send(&method, &path, &[], "").await;
        let detail = reply.problem(401, "unauthenticated");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
        assert!(detail.contains("sportello token create"), "{detail}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_known_opens_nothing() {
    let world = World::start().await;
    for token in ["spt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x", ""] {
        world.call_as(token, "GET", "/api/v1/queue", "").await.problem(401, "unauthenticated");
    }
    let basic = [("authorization", "Basic dXNlcjpwYXNz")];
    world.send("GET", "/api/v1/queue", &basic, "").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn each_action_asks_for_its_scope_and_for_no_other() {
    let world = World::start().await;
    for (method, path, scope) in guarded(&world) {
        let others: Vec<Scope> = Scope::ALL.into_iter().filter(|other| other.name() != scope).collect();
        let reply = world.call_as(&world.token(&others).await, &method, &path, "{}").await;
        let detail = reply.problem(403, "missing-scope");
        assert!(detail.contains(&format!("`{scope}`")), "{method} {path}: {detail}");
        let alone = world.token(&[scope.parse().unwrap()]).await;
        let status = world.call_as(&alone, &method, &path, "{}").await.status;
        assert!(![401, 403, 405].contains(&status), "{method} {path}: {status}");
    }
}

#[tokio::test]
async fn a_token_is_made_used_listed_and_taken_back() {
    let world = World::start().await;
    let wish = json!({ "name": "the console", "scopes": ["conversations:read"] });
    let reply = world.call("POST", "/api/v1/tokens", wish).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let (id, token) =
        (reply.json()["id"].as_str().unwrap().to_owned(), reply.json()["token"].as_str().unwrap().to_owned());
    assert!(token.starts_with("spt_") && token.len() == 47, "{token}");
    assert_eq!(world.call_as(&token, "GET", "/api/v1/queue", "").await.status, 200);

    let listed = world.call("GET", "/api/v1/tokens", Value::Null).await;
    assert!(!listed.text().contains(&token));
    let of_console = |reply: &Value| reply["tokens"].as_array().unwrap().iter().any(|known| known["id"] == id.as_str());
    assert!(of_console(&listed.json()));

    let path = format!("/api/v1/tokens/{id}");
    assert_eq!(world.call("DELETE", &path, Value::Null).await.status, 204);
    world.call_as(&token, "GET", "/api/v1/queue", "").await.problem(401, "unauthenticated");
    assert!(!of_console(&world.get("/api/v1/tokens").await));
    world.call("DELETE", &path, Value::Null).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_token_needs_a_name_and_scopes_that_exist() {
    let world = World::start().await;
    for (wish, told) in [
        (json!({ "name": "a", "scopes": ["queue:read"] }), "`queue:read`"),
        (json!({ "name": "a", "scopes": [] }), "conversations:read"),
        (json!({ "name": " ", "scopes": ["plugins:read"] }), "`name`"),
        (json!({ "name": "a" }), "scopes"),
        (json!({ "name": "a", "scopes": ["plugins:read"], "admin": true }), "admin"),
    ] {
        let detail = world.call("POST", "/api/v1/tokens", wish).await.problem(400, "malformed");
        assert!(detail.contains(told), "{detail}");
    }
}
