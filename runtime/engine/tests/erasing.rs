//! Who was erased (rule 22): what is told of them late has no consequences.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests: a wrong world is a failed test")]

mod support;

use std::sync::Arc;

use sportello_domain::contract::*;
use sportello_domain::revision::{Candidate, Mode};
use sportello_engine::catalog::{Catalog, Channel, Part, Trial};
use sportello_engine::ports::store::{Contacts as _, LiveLog as _, Recordings as _, Revisions as _, Upkeep as _};
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

/// A candidate of the channel and one of the classifier, beside what serves.
fn shadows(catalog: &mut Catalog) {
    let mut channel = Channel::clone(&catalog.channels["chat"]);
    let [of_channel, of_nlu] = [&channel.revision, catalog.nlu.as_ref().unwrap()]
        .map(|revision| Arc::new(revision.as_ref().clone().with_settings("{\"new\":true}".to_owned())));
    channel.revision = of_channel;
    for (name, part) in [("chat", Part::Channel(Arc::new(channel))), ("nlu", Part::Nlu(of_nlu))] {
        let (revision, mode) = (part.revision().id.clone(), Mode::Shadow);
        let candidate = Candidate { revision, mode, salt: 7, since: 0, trial: 1, stage: 1, slow_above: 10_000 };
        catalog.trials.insert(name.to_owned(), Trial { candidate, part });
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_candidate_made_of_words_of_whom_is_erased_is_kept_without_them() {
    for name in ["chat", "nlu"] {
        let world = World::with(vec![silent()], shadows).await;
        *world.plugins.contrary.lock().unwrap() = Some(world.catalog.trials[name].candidate.revision.clone());
        // Between two looks.
        world.pass(100).await;
        world.says("anna", "silent").await;
        world.pass(100).await;
        erase(&world, "anna").await;
        world.pass(3_000).await;
        let found = world.store.shadowed(name, 1).await.unwrap();
        assert_eq!((found.failed + found.changed, found.examples.len()), (1, 0), "{found:?}");
        assert!(world.store.last_recordings("chat", 9).await.unwrap().is_empty());
        world.says("anna", "silent").await;
        world.pass(3_000).await;
        let found = world.store.shadowed(name, 1).await.unwrap();
        assert_eq!((found.failed + found.changed, found.examples.len()), (2, 1), "of a stranger: {found:?}");
        assert_eq!(world.store.last_recordings("chat", 9).await.unwrap().len(), 1);
    }
}
