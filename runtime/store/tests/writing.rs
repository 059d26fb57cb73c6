//! Many commands share a commit, and none of them answers for another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

use futures::future::join_all;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use sportello_domain::{
    contract::Webhook,
    ids::{QuarantineId, TokenId},
};
use sportello_engine::{
    conformance::{
        World,
        world::{NOW, acceptance, digest},
    },
    ports::{
        StoreError,
        store::{Accepted, Intake as _, Lanes as _, Quarantined, Quarry, TokenRecord, Tokens as _, Upkeep as _},
    },
};
use sportello_store::{Settings, SqliteStore};

/// Remembers what histograms were given.
#[derive(Clone, Default)]
struct Figures(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

struct Figure(Figures, String);

impl HistogramFn for Figure {
    fn record(&self, value: f64) {
        self.0.0.lock().unwrap().entry(self.1.clone()).or_default().push(value);
    }
}

impl Recorder for Figures {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::new(Figure(self.clone(), key.name().to_owned())))
    }
}

/// Runs on one thread, so that all commands wait before the writer looks for the first time.
fn counted(check: impl AsyncFnOnce(SqliteStore)) -> BTreeMap<String, Vec<f64>> {
    let folder = tempfile::tempdir().unwrap();
    let figures = Figures::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    metrics::with_local_recorder(&figures, || {
        runtime.block_on(async { check(open(&folder.path().join("store.db"), None).await).await });
    });
    let figures = figures.0.lock().unwrap();
    figures.clone()
}

async fn open(path: &Path, max_pages: Option<u32>) -> SqliteStore {
    SqliteStore::open_file(path, Settings { max_pages, ..Settings::default() }).await.unwrap()
}

fn token(id: u128) -> TokenRecord {
    TokenRecord { id: TokenId::new(NOW, id), name: "script".into(), scopes: Vec::new(), created_at: NOW }
}

#[test]
fn what_waits_together_is_committed_together() {
    let figures = counted(async |store| {
        let world = World::new(&store);
        let messages: Vec<_> = (0..100).map(|number| world.message(&format!("customer {number}"), "m1")).collect();
        let accepted = join_all(messages.into_iter().map(|message| store.accept(acceptance([message])))).await;
        assert!(accepted.iter().all(|answer| matches!(answer.as_deref(), Ok([Accepted::Queued { seq: 1, .. }]))));
    });
    assert_eq!(figures["store_batch_size"].iter().sum::<f64>(), 100.0);
    assert!(figures["store_batch_size"].len() <= 3, "{:?}", figures["store_batch_size"]);
    assert_eq!(figures["store_commit_seconds"].len(), figures["store_batch_size"].len());
}

#[test]
fn a_poisonous_member_never_rejects_its_batch() {
    let figures = counted(async |store| {
        let world = World::new(&store);
        let conversation = world.writes("anna", "m1").await;
        let old = world.turn(&world.claim(conversation).await);
        world.claim(conversation).await;
        store.create_token(token(1), digest("one")).await.unwrap();
        let before = async |number: u32| {
            let message = world.message(&format!("customer {number}"), "m1");
            assert!(store.accept(acceptance([message])).await.is_ok());
        };
        let lost = async { assert!(matches!(store.commit_turn(old).await, Err(StoreError::LaneLost))) };
        let taken = async {
            let taken = store.create_token(token(2), digest("one")).await;
            assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
        };
        tokio::join!(before(1), lost, before(2), taken, before(3));
        assert_eq!(world.conversation(conversation).await.done_seq, 0);
        assert_eq!(store.tokens().await.unwrap(), [token(1)]);
        assert_eq!(store.due(NOW, 10).await.unwrap().turns.len(), 4);
    });
    assert_eq!(figures["store_batch_size"].last(), Some(&5.0), "they were one batch");
}

fn webhook(id: u128, bytes: usize) -> Quarantined {
    let body = "x".repeat(bytes).as_str().into();
    let webhook = Webhook { method: "POST".into(), url: "https://bot.example/".into(), headers: Vec::new(), body };
    Quarantined {
        id: QuarantineId::new(NOW, id),
        channel: "whatsapp".into(),
        what: Quarry::Webhook(webhook),
        reason: "its plugin trapped".into(),
        at: NOW,
    }
}

#[tokio::test]
async fn a_full_store_refuses_and_goes_on_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db"), Some(400)).await;
    let world = World::new(&store);
    let mut kept = 0;
    let refused = loop {
        match store.quarantine(webhook(kept, 50_000)).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Full { .. }), "{refused}");
    assert!(refused.to_string().contains("make room"), "{refused}");
    assert!(kept > 5);
    assert_eq!(store.quarantined(100).await.unwrap().len() as u128, kept, "what was acknowledged is there");

    let (small, large, other) = tokio::join!(
        store.accept(acceptance([world.message("anna", "m1")])),
        store.quarantine(webhook(1000, 3_000_000)),
        store.accept(acceptance([world.message("bert", "m1")])),
    );
    assert!(matches!(large, Err(StoreError::Full { .. })), "{large:?}");
    assert!(small.is_ok() && other.is_ok(), "what fits is taken: {small:?} {other:?}");

    for id in 0..kept {
        store.release(QuarantineId::new(NOW, id)).await.unwrap();
    }
    store.quarantine(webhook(2000, 50_000)).await.unwrap();
    assert_eq!(store.quarantined(100).await.unwrap().len(), 1);
}
