//! What is done for each message and each second costs a store on a server no more when it has grown: no table that grows is read whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use sportello_engine::{
    conformance::{
        World,
        contacts::lives,
        upkeep::FOREVER,
        world::{CHANNEL, MARKER, NOW},
    },
    ports::store::{
        ConversationFilter, Desk as _, Erasure, Holding as _, Lanes as _, Learning as _, Outbox as _, Retention,
        Upkeep as _,
    },
};
use sportello_harness::Cluster;
use sportello_store::{Settings, SqlStore};
use sqlx::{Connection as _, Executor as _, PgConnection, Row as _};

/// As months leave it behind: nothing that is open or due. The time of each is its number. There are so many because a server reads a
/// small table whole by choice.
const GROWN: &str = r#"
    INSERT INTO seen (key, fingerprint, at) SELECT sha256(n::TEXT::BYTEA), 'x', n FROM generate_series(1, 100000) n;
    INSERT INTO endpoint (id, channel, account, address, parent, visibility)
        SELECT n, 'whatsapp', '', 'old ' || n, '', 'private' FROM generate_series(1, 100000) n;
    ALTER TABLE endpoint ALTER id RESTART WITH 100001;
    INSERT INTO contact (id, verified, attributes) SELECT decode(md5(address), 'hex'), 0, '[]' FROM endpoint;
    INSERT INTO identity (channel, platform_id, contact) SELECT channel, address, decode(md5(address), 'hex') FROM endpoint;
    INSERT INTO conversation (id, endpoint, contact, stage, last_seq, done_seq, last_line, opened_at, active_at)
        SELECT decode(lpad(to_hex(id), 32, '0'), 'hex'), id, decode(md5(address), 'hex'), 'closed', 1, 1, 1, id, id FROM endpoint;
    INSERT INTO line (conversation, position, id, seq, voice, contents, at, platform_id)
        SELECT id, 1, id, 1, '"customer"', '[]', opened_at, 'm1' FROM conversation;
    INSERT INTO delivery (id, conversation, position, ordinal, author, act, owner_epoch, state, wake_at, ended, expires_at)
        SELECT id, id, 1, 0, '"bot"', '"typing"', 0, 'sent', 0, 1, opened_at FROM conversation;
    INSERT INTO told (channel, account, platform_id, address, delivery, at)
        SELECT channel, '', 'p of ' || address, address, decode(md5(address), 'hex'), id FROM endpoint;
    INSERT INTO turn (conversation, seq, ended_at, record) SELECT id, 1, opened_at, '{}' FROM conversation ORDER BY id;
    INSERT INTO memory (conversation, skill, version, data, written) SELECT id, 'faq', 1, '', 1 FROM conversation;
    INSERT INTO task (conversation, seq, ordinal, opened_at, task) SELECT id, 1, 0, opened_at, '{}' FROM conversation;
    INSERT INTO answer (conversation, key, line) SELECT id, 'a', id FROM conversation;
    INSERT INTO review (id, conversation, at, utterance) SELECT id, id, opened_at, '{}' FROM conversation;
    INSERT INTO recording (channel, at, call) SELECT 'other', n, '{}' FROM generate_series(1, 100000) n;
    INSERT INTO stream (address, last_id) SELECT 'web/' || address, 1 FROM endpoint;
    INSERT INTO stream_event (address, id, data, at) SELECT 'web/' || address, 1, '', id FROM endpoint;
    ANALYZE;
"#;
/// From which half of the rows or more were read one after the other.
const READ: &str = "SELECT relname::TEXT FROM pg_stat_user_tables WHERE seq_tup_read >= 50000 ORDER BY relname";
const OTHERS: &str = "SELECT COUNT(*) FROM pg_stat_activity \
                      WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()";

/// More often than a server plans a statement anew for its values.
const TIMES: usize = 8;

/// With what happened before this moment forgotten.
async fn each_second(store: &SqlStore, oldest: u64) {
    let filters = [
        ConversationFilter::default(),
        ConversationFilter { owner: Some("bot".to_owned()), ..ConversationFilter::default() },
        ConversationFilter { queue: Some("service".to_owned()), ..ConversationFilter::default() },
        ConversationFilter { closed: true, channel: Some(CHANNEL.to_owned()), ..ConversationFilter::default() },
    ];
    for filter in filters {
        store.conversations(filter, 50).await.unwrap();
    }
    store.due(NOW, 100).await.unwrap();
    store.gauges().await.unwrap();
    store.take_over(NOW, NOW, &[CHANNEL.to_owned()]).await.unwrap();
    store.recover(NOW, NOW, &[CHANNEL.to_owned()]).await.unwrap();
    store.fire_schedules(0, 9).await.unwrap();
    store.unread_turns(9).await.unwrap();
    store.dead_letters(9).await.unwrap();
    store.held(9).await.unwrap();
    let kept = NOW - oldest;
    let retention = Retention { keys: kept, journal: kept, live: kept, ..FOREVER };
    store.sweep(NOW, retention).await.unwrap();
}

async fn each_customer(world: &World<'_>, name: &str) {
    lives(world, name).await;
    let contact = world.store.contact(CHANNEL, name).await.unwrap().unwrap().id;
    world.store.erase(Erasure { contact, marker: MARKER, at: NOW }).await.unwrap();
}

/// Waits until nobody else is connected: a connection tells what it has read at its end.
async fn alone(looker: &mut PgConnection) {
    let end = async { while looker.fetch_one(OTHERS).await.unwrap().get::<i64, _>(0) > 0 {} };
    tokio::time::timeout(Duration::from_secs(30), end).await.expect("they end");
}

/// One connection listens and one works, which has every statement prepared.
async fn open(url: &str) -> SqlStore {
    SqlStore::open(url, Settings { connections: 2, ..Settings::default() }).await.unwrap()
}

#[tokio::test]
async fn no_table_that_grows_is_read_whole() {
    let url = Cluster::shared().and_then(Cluster::database).unwrap();
    open(&url).await.close().await;
    let mut grower = PgConnection::connect(&url).await.unwrap();
    grower.execute(GROWN).await.unwrap();
    grower.close().await.unwrap();
    let mut looker = PgConnection::connect(&url).await.unwrap();
    alone(&mut looker).await;
    looker.execute("SELECT pg_stat_reset()").await.unwrap();
    let store = open(&url).await;
    let world = World::new(&store);
    for number in 0..TIMES {
        each_customer(&world, &format!("customer {number}")).await;
        each_second(&store, 1_000 + 500 * number as u64).await;
    }
    store.close().await;
    alone(&mut looker).await;
    let read: Vec<String> = looker.fetch_all(READ).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(read, [""; 0]);
}
