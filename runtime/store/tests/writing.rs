//! Many commands share a commit, and none of them answers for another.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, LazyLock, Mutex, PoisonError},
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
        store::{
            Accepted, Desk as _, Intake as _, Lanes as _, Quarantined, Quarry, TokenRecord, Tokens as _, Upkeep as _,
        },
    },
};
use sportello_store::{Settings, SqlStore};

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

/// One check at a time, for the recorder is everybody's.
static TURN: Mutex<()> = Mutex::new(());
static FIGURES: LazyLock<Figures> = LazyLock::new(|| {
    let figures = Figures::default();
    metrics::set_global_recorder(figures.clone()).unwrap_or_else(|_| panic!("another recorder"));
    figures
});

/// Runs a check with a new store and says what was measured meanwhile.
fn counted(check: impl AsyncFnOnce(&SqlStore)) -> BTreeMap<String, Vec<f64>> {
    alone(async |folder| {
        let store = open(&folder.join("store.db"), None).await;
        check(&store).await;
        store.close().await;
    })
}

/// Runs a check in an empty folder while no other one runs, for all are measured together.
fn alone(check: impl AsyncFnOnce(&Path)) -> BTreeMap<String, Vec<f64>> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    FIGURES.0.lock().unwrap().clear();
    runtime.block_on(check(folder.path()));
    FIGURES.0.lock().unwrap().clone()
}

/// Keeps the writer busy, so that what comes meanwhile waits together.
fn busy() -> Quarantined {
    webhook(u128::MAX, 8_000_000)
}

async fn open(path: &Path, max_pages: Option<u32>) -> SqlStore {
    SqlStore::open_file(path, Settings { max_pages, ..Settings::default() }).await.unwrap()
}

fn token(id: u128) -> TokenRecord {
    TokenRecord { id: TokenId::new(NOW, id), name: "script".into(), scopes: Vec::new(), created_at: NOW }
}

#[test]
fn what_waits_together_is_committed_together() {
    let figures = counted(async |store| {
        let world = World::new(store);
        let messages: Vec<_> = (0..100).map(|number| world.message(&format!("customer {number}"), "m1")).collect();
        let accept = join_all(messages.into_iter().map(|message| store.accept(acceptance([message]))));
        let (_, accepted) = tokio::join!(store.quarantine(busy()), accept);
        let all: Vec<_> = accepted.into_iter().flat_map(|taken| taken.unwrap().events).collect();
        assert_eq!(all.len(), 100);
        assert!(all.iter().all(|event| matches!(event, Accepted::Queued { seq: 1, .. })));
    });
    assert_eq!(figures["sportello_store_batch_size"].iter().sum::<f64>(), 101.0);
    assert!(figures["sportello_store_batch_size"].len() <= 10, "{:?}", figures["sportello_store_batch_size"]);
    assert_eq!(figures["sportello_store_commit_seconds"].len(), figures["sportello_store_batch_size"].len());
}

#[test]
fn a_poisonous_member_never_rejects_its_batch() {
    // The writer may find some of them before the others; sooner or later it finds all at once.
    for _ in 0..100 {
        if counted(poisoned)["sportello_store_batch_size"].contains(&5.0) {
            return;
        }
    }
    panic!("they were never one batch");
}

async fn poisoned(store: &SqlStore) {
    let world = World::new(store);
    let conversation = world.writes("anna", "m1").await;
    let old = world.turn(&world.claim(conversation).await);
    world.claim(conversation).await;
    store.create_token(token(1), digest("one")).await.unwrap();
    let good = async |number: u32| {
        let message = world.message(&format!("customer {number}"), "m1");
        assert!(store.accept(acceptance([message])).await.is_ok());
    };
    let lost = async { assert!(matches!(store.commit_turn(old).await, Err(StoreError::LaneLost))) };
    let taken = async {
        let taken = store.create_token(token(2), digest("one")).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    };
    let _ = tokio::join!(store.quarantine(busy()), good(1), lost, good(2), taken, good(3));
    assert_eq!(world.conversation(conversation).await.done_seq, 0);
    assert_eq!(store.tokens().await.unwrap(), [token(1)]);
    assert_eq!(store.due(NOW, 10).await.unwrap().turns.len(), 4);
}

#[test]
fn members_that_begin_alike_do_not_share_their_fate() {
    let figures = counted(async |store| {
        let world = World::new(store);
        let tokens = (1..=40_u128).map(|number| {
            // Every fourth one has the secret of the one before.
            let secret = if number % 4 == 0 { number - 1 } else { number };
            store.create_token(token(number), digest(&secret.to_string()))
        });
        let (_, made) = tokio::join!(store.quarantine(busy()), join_all(tokens));
        for (number, made) in (1..).zip(made) {
            assert_eq!(made.is_ok(), number % 4 != 0, "{number}: {made:?}");
        }
        assert_eq!(store.tokens().await.unwrap().len(), 30);

        let anna = world.writes("anna", "m1").await;
        let claim = world.claim(anna).await;
        let turns: Vec<_> = (0..10).map(|_| world.turn(&claim)).collect();
        let takes = ["camille", "denis", "elsa", "fritz"].map(|agent| store.take(anna, agent, NOW));
        let same = (0..20).map(|_| world.message("bert", "m1")).collect::<Vec<_>>();
        let accepts = same.into_iter().map(|message| store.accept(acceptance([message])));
        let (_, committed, taken, accepted) = tokio::join!(
            store.quarantine(busy()),
            join_all(turns.into_iter().map(|turn| store.commit_turn(turn))),
            join_all(takes),
            join_all(accepts)
        );
        let kept = committed.iter().filter(|committed| committed.is_ok()).count();
        assert!(kept == 10 || kept == 0, "all know the one that was committed, or a person came first: {kept}");
        assert!(store.turns(anna).await.unwrap().len() <= 1);
        assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1);
        let queued = |answer: &Accepted| matches!(answer, Accepted::Queued { .. });
        assert_eq!(accepted.into_iter().filter(|answers| queued(&answers.as_ref().unwrap().events[0])).count(), 1);
    });
    assert!(
        figures["sportello_store_batch_size"].iter().any(|size| *size > 16.0),
        "{:?}",
        figures["sportello_store_batch_size"]
    );
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

#[test]
fn a_full_store_refuses_and_goes_on_when_there_is_room_again() {
    alone(async |folder| {
        let store = open(&folder.join("store.db"), Some(400)).await;
        is_filled(&store).await;
    });
}

async fn is_filled(store: &SqlStore) {
    let world = World::new(store);
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
