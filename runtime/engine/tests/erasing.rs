//! Who was erased (rule 22): what is told of them late has no consequences.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use sportello_domain::contract::*;
use sportello_engine::ports::store::{Contacts as _, LiveLog as _, Upkeep as _};
use support::{SkillCode, World, body, message};

fn silent() -> (&'static str, SkillCode) {
    ("silent", Box::new(|_| Some(Ok(Outcome::Effects(vec![])))))
}

fn request(url: &str, text: &str) -> HttpRequest {
    HttpRequest {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: vec![],
        body: vec![Piece::Bytes(text.into())],
        repeatable: true,
        after: None,
        timeout: None,
        max_age: None,
    }
}

async fn erase(world: &World, name: &str) {
    let contact = world.store.contact("chat", name).await.unwrap().unwrap();
    world.engine.erase(contact.id).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_webhook_wants_done_is_not_once_its_sender_is_erased() {
    let world = World::new(vec![silent()]).await;
    world.says("anna", "silent").await;
    let before = world.now();
    world.pass(2_000).await;
    erase(&world, "anna").await;
    let wanted = [request("live:chat/anna", "late"), request("https://platform.example/seen", "late")];
    *world.plugins.afterwards.lock().unwrap() = wanted.to_vec();
    world.webhook(&[message("anna", "late", "late", before)]).await;
    world.pass(60_000).await;
    let said = |request: &HttpRequest| body(request) == "late";
    assert!(!world.platform.got.lock().unwrap().iter().any(said));
    assert!(world.store.live_after("chat/anna", 0, 9).await.unwrap().is_empty());
    assert!(world.store.due(world.now() * 2, 9).await.unwrap().errands.is_empty());
    world.says("anna", "again").await;
    world.pass(1_000).await;
    assert!(world.platform.got.lock().unwrap().iter().any(said), "she is a stranger");
    assert_eq!(world.store.live_after("chat/anna", 0, 9).await.unwrap().len(), 1);
}
