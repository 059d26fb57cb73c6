//! Who is erased while they write (rule 22): what happened before goes with them or is dropped, and what comes after is there once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod gate;
mod held;

use std::cell::Cell;

use futures::future::join_all;
use sportello_domain::{
    contract::{Content, Happening},
    ids::ContactId,
};
use sportello_engine::{
    conformance::{
        World,
        world::{CHANNEL, MARKER, NOW, acceptance, event, message},
    },
    ports::store::{Accepted, Contacts as _, ConversationFilter, Desk as _, Erasure, Incoming, Intake as _},
};
use sportello_harness::Cluster;
use sportello_store::{Settings, SqlStore};
use tokio::sync::Semaphore;

/// In each the erasure begins one batch later.
const ROUNDS: usize = 12;
const WRITERS: usize = 4;

async fn node(url: &str) -> SqlStore {
    SqlStore::open(url, Settings { connections: 8, ..Settings::default() }).await.unwrap()
}

fn database() -> String {
    Cluster::shared().and_then(Cluster::database).unwrap()
}

/// Anna writes in this thread, which other people may share.
fn said(world: &World<'_>, thread: &str, text: &str, at: u64) -> Incoming {
    let mut event = event(thread, text, Happening::Message(message("anna", text)));
    event.at = at;
    world.incoming(event)
}

/// As anna is known now.
async fn anna(store: &SqlStore) -> ContactId {
    store.contact(CHANNEL, "anna").await.unwrap().expect("she has written").id
}

/// Says how many conversations it were.
async fn erase(store: &SqlStore, contact: ContactId, at: u64) -> usize {
    store.erase(Erasure { contact, marker: MARKER, at }).await.unwrap().conversations
}

/// All that anybody said in any conversation.
async fn texts(store: &SqlStore) -> Vec<String> {
    let filter = ConversationFilter { closed: true, ..ConversationFilter::default() };
    let mut texts = Vec::new();
    for overview in store.conversations(filter, 1_000).await.unwrap() {
        for line in store.transcript(overview.conversation.id).await.unwrap() {
            texts.extend(line.line.contents.into_iter().filter_map(|content| match content {
                Content::Text(text) => Some(text),
                _ => None,
            }));
        }
    }
    texts
}

/// What anna tells of a moment and the next one, all at once and in two places.
#[derive(Clone, Debug)]
struct Batch {
    before: String,
    after: String,
    answers: Vec<Accepted>,
}

impl Batch {
    fn came_after(&self) -> bool {
        match self.answers[..] {
            [Accepted::Erased, Accepted::Queued { .. }] => true,
            [Accepted::Queued { .. }, Accepted::Queued { .. }] => false,
            _ => panic!("{self:?}"),
        }
    }
}

/// One of those who take in what anna tells, batch after batch, until one came after she was erased.
async fn takes_in(world: &World<'_>, store: &SqlStore, writer: &str, then: u64, pace: &Pace) -> Vec<Batch> {
    let mut batches = Vec::new();
    loop {
        let is_last = pace.erased.get();
        let number = batches.len();
        let (before, after) = (format!("before {number} by {writer}"), format!("after {number} by {writer}"));
        let group = format!("group {writer} {number}");
        let (first, second) = if number % 2 == 0 { ("anna", &*group) } else { (&*group, "anna") };
        let told = [said(world, first, &before, then), said(world, second, &after, then + 1)];
        let answers = store.accept(acceptance(told)).await.unwrap().events;
        batches.push(Batch { before, after, answers });
        pace.taken.add_permits(1);
        if is_last {
            return batches;
        }
    }
}

/// How far a round is.
struct Pace {
    erased: Cell<bool>,
    taken: Semaphore,
}

/// Anna tells something in many places at once, of before and of after, and in the midst of it she is erased.
async fn race(nodes: [&SqlStore; 2]) {
    let world = World::new(nodes[0]);
    for round in 0..ROUNDS {
        // After all that was erased in the rounds before.
        let then = NOW + 10 * round as u64;
        world.accept([said(&world, "anna", &format!("known in {round}"), then)]).await;
        let (known, pace) = (anna(nodes[0]).await, Pace { erased: Cell::new(false), taken: Semaphore::new(0) });
        let writers = (0..WRITERS).map(|number| format!("{number} in {round}")).collect::<Vec<_>>();
        let taking = (0..).zip(&writers).map(|(number, name)| takes_in(&world, nodes[number % 2], name, then, &pace));
        let erasing = async {
            drop(pace.taken.acquire_many(round as u32).await);
            erase(nodes[1], known, then).await;
            pace.erased.set(true);
        };
        let (taken, ()) = tokio::join!(join_all(taking), erasing);
        let (kept, batches) = (texts(nodes[0]).await, taken.concat());
        assert!(!kept.contains(&format!("known in {round}")), "{kept:?}");
        assert!(batches.iter().filter(|batch| !batch.came_after()).count() >= round, "they came before the erasure");
        for batch in &batches {
            let count = |name: &String| kept.iter().filter(|text| *text == name).count();
            // One that came before went with the conversations that it was written to, whenever its events happened.
            let expected = (0, usize::from(batch.came_after()));
            assert_eq!((count(&batch.before), count(&batch.after)), expected, "{batch:?}: {kept:?}");
        }
        erase(nodes[0], anna(nodes[0]).await, then + 1).await;
        assert_eq!(texts(nodes[1]).await, [""; 0], "all that came after was one contact's");
    }
}

#[tokio::test]
async fn what_races_an_erasure_in_a_file_is_erased_dropped_or_there_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqlStore::open_file(&folder.path().join("store.db"), Settings::default()).await.unwrap();
    race([&store, &store]).await;
    store.close().await;
}

#[tokio::test]
async fn what_races_an_erasure_on_another_node_is_erased_dropped_or_there_once() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    race([&a, &b]).await;
    a.close().await;
    b.close().await;
}
