//! Whatever is done in whatever order: both databases answer as the store in memory does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod wish;

use proptest::prelude::*;
use sportello_domain::delivery::OutboxItem;
use sportello_engine::{
    conformance::{
        World,
        world::{EXPIRY, NOW, look},
    },
    memory::MemoryStore,
    ports::store::{Accepted, ConversationFilter, Head, Store},
};
use sportello_harness::Cluster;
use sportello_store::{Settings, SqlStore};

use wish::{Action, Known, Learned, Wish, wish};

/// What there is to be finished.
fn item(head: Head) -> Option<OutboxItem> {
    match head {
        Head::Send(sending) => Some(sending.item),
        Head::Lapsed(item) | Head::Unsettled(item) => Some(item),
        Head::Idle | Head::Wait(_) => None,
    }
}

async fn apply(store: &dyn Store, action: &Action) -> (String, Learned) {
    let mut learned = Learned::default();
    let told = match action.clone() {
        Action::Accept(acceptance) => {
            let answers = store.accept(acceptance).await;
            for answer in answers.iter().flat_map(|taken| &taken.events) {
                if let Accepted::Queued { conversation, .. } = answer {
                    learned.conversations.push(*conversation);
                }
            }
            let told = format!("{answers:?}");
            learned.claims = answers.map(|taken| taken.claims).unwrap_or_default();
            told
        }
        Action::Claim(id) => {
            let claim = store.claim(id, 5).await;
            let told = format!("{claim:?}");
            learned.claims.extend(claim.ok().flatten());
            told
        }
        Action::Commit(commit) => {
            let committed = store.commit_turn(*commit).await;
            let told = format!("{committed:?}");
            learned.item = committed.ok().and_then(|committed| item(committed.head?));
            told
        }
        Action::Head(id, now) => {
            let head = store.claim_delivery(id, look(now)).await;
            let told = format!("{head:?}");
            learned.item = head.ok().and_then(item);
            told
        }
        Action::Finish(finish) => {
            let finished = store.finish(*finish).await;
            let told = format!("{finished:?}");
            learned.item = finished.ok().and_then(|finished| item(finished.head?));
            told
        }
        Action::Take(id, agent, now) => format!("{:?}", store.take(id, agent, now).await),
        Action::Answer(answer) => format!("{:?}", store.answer(*answer).await),
        Action::HandBack(id, agent, now) => format!("{:?}", store.hand_back(id, agent, now).await),
        Action::Resolve(id, agent, now) => format!("{:?}", store.resolve(id, agent, now).await),
        Action::Resend(id, now) => format!("{:?}", store.resend(id, now, now + EXPIRY).await),
        Action::Erase(erasure) => format!("{:?}", store.erase(erasure).await),
        Action::Fire(now) => format!("{:?}", store.fire_schedules(now, 3).await),
        Action::Recover(now) => format!("{:?}", store.recover(now, now + 120_000, &["telegram".into()]).await),
        Action::Sweep(now, retention) => format!("{:?}", store.sweep(now, retention).await),
    };
    (told, learned)
}

/// Everything that can be seen.
async fn view(store: &dyn Store, known: &Known) -> Vec<String> {
    let now = NOW + known.now;
    let all = ConversationFilter { closed: true, ..Default::default() };
    let mut seen = vec![
        format!("{:#?}", store.conversations(all, 100).await.unwrap()),
        format!("{:#?}", store.due(now, 100).await.unwrap()),
        format!("{:#?}", store.gauges().await.unwrap()),
        format!("{:#?}", store.dead_letters(100).await.unwrap()),
        format!("{:#?}", store.quarantined(100).await.unwrap()),
    ];
    for id in &known.lanes {
        seen.push(format!("{:#?}", store.transcript(*id).await.unwrap()));
        seen.push(format!("{:#?}", store.turns(*id).await.unwrap()));
    }
    for id in &known.deliveries {
        seen.push(format!("{:#?}", store.delivery(*id).await.unwrap()));
    }
    seen
}

async fn alike(wishes: &[Wish]) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqlStore::open_file(&folder.path().join("store.db"), Settings::default()).await.unwrap();
    let url = Cluster::shared().and_then(Cluster::database).unwrap();
    let postgres = SqlStore::open(&url, Settings { connections: 2, ..Settings::default() }).await.unwrap();
    let memory = MemoryStore::new();
    let world = World::new(&memory);
    let mut known = Known::default();
    for (number, wish) in wishes.iter().enumerate() {
        let Some(action) = known.action(&world, wish) else { continue };
        let (expected, learned) = apply(&memory, &action).await;
        for (name, database) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
            let (told, _) = apply(database, &action).await;
            assert_eq!(told, expected, "{name}, step {number}: {action:#?}");
        }
        known.learn(learned);
    }
    let expected = view(&memory, &known).await;
    for (name, database) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
        assert_eq!(view(database, &known).await, expected, "{name}");
    }
    sqlite.close().await;
    postgres.close().await;
}

/// Few cases by default, for every step is an fsync; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { asked.cases } else { 32 };
    ProptestConfig { cases, failure_persistence: None, ..asked }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_history_has_the_same_outcome(wishes in proptest::collection::vec(wish(), 20..120)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(alike(&wishes));
    }
}
