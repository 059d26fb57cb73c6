//! Who looks while others write sees the store as of one moment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use sportello_domain::contract::HandOver;
use sportello_domain::conversation::{Owner, Waiting};
use sportello_domain::ids::ConversationId;
use sportello_engine::conformance::{World, world};
use sportello_engine::ports::store::{ConversationFilter, Desk as _, Lanes as _};
use sportello_store::{Settings, SqlStore};

const CONVERSATIONS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_changes_hands_is_on_the_list_all_the_while() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqlStore::open_file(&folder.path().join("store.db"), Settings::default()).await.unwrap();
    let known: Mutex<Vec<ConversationId>> = Mutex::default();
    let done = AtomicBool::new(false);
    let changes_hands = async {
        let world = World::new(&store);
        for index in 0..CONVERSATIONS {
            let id = world.writes(&format!("customer {index}"), "m1").await;
            known.lock().unwrap().push(id);
            let mut commit = world.turn(&world.claim(id).await);
            let hand_over = HandOver::default();
            commit.owner = Some(Owner::Queue(Waiting { queue: "default".to_owned(), since: world::NOW, hand_over }));
            store.commit_turn(commit).await.unwrap();
            store.take(id, "Camille", world::NOW).await.unwrap();
        }
        done.store(true, Ordering::SeqCst);
    };
    let looks = async {
        while !done.load(Ordering::SeqCst) {
            let before = known.lock().unwrap().clone();
            let listed = store.conversations(ConversationFilter::default(), 1_000).await.unwrap();
            let mut listed: Vec<ConversationId> = listed.iter().map(|overview| overview.conversation.id).collect();
            let all = listed.len();
            listed.sort();
            listed.dedup();
            assert_eq!(listed.len(), all, "on the list twice");
            let missing: Vec<_> = before.iter().filter(|id| listed.binary_search(id).is_err()).collect();
            assert!(missing.is_empty(), "not on the list: {missing:?}");
        }
    };
    tokio::join!(changes_hands, looks);
    store.close().await;
}
