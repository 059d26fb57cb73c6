//! Several nodes on one database: they share the work, and what one has the other leaves alone while that one lives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::sync::Arc;

use sportello_domain::{
    delivery::OutboxState,
    ids::{AuditId, ConversationId},
    revision::{Grants, PluginKind, Revision, RevisionState},
};
use sportello_engine::{
    conformance::{
        World,
        world::{NOW, acceptance, finish, look, receipt},
    },
    ports::{
        StoreError,
        store::{
            Accepted, AuditEntry, Claim, Desk as _, Head, Intake as _, Lanes as _, LiveLog as _, Outbox as _,
            Publication, RevisionRecord, Revisions as _, Told, Upkeep as _,
        },
    },
};
use sportello_harness::Cluster;
use sportello_store::{Settings, SqlStore};
use sqlx::{Connection as _, Executor as _};

async fn node(url: &str) -> SqlStore {
    SqlStore::open(url, Settings { connections: 8, ..Settings::default() }).await.unwrap()
}

fn database() -> String {
    Cluster::shared().and_then(Cluster::database).unwrap()
}

/// As time does to a node that stands still.
async fn lapse(url: &str) {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    connection.execute("UPDATE node SET expires_at = 0").await.unwrap();
}

/// As moving the database's clock back does to leases that were taken before.
async fn overdate(url: &str) {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    connection.execute("UPDATE node SET expires_at = expires_at + 3600000").await.unwrap();
}

/// Claims a lane once the other node's lease has run out. The other one lives, so it may renew it in between.
async fn claim_after_lapse(url: &str, store: &SqlStore, id: ConversationId) -> Claim {
    loop {
        lapse(url).await;
        if let Some(claim) = store.claim(id, 10).await.unwrap() {
            return claim;
        }
    }
}

#[tokio::test]
async fn a_lane_belongs_to_one_node_until_its_turn_is_committed() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    let world = World::new(&a);
    let anna = world.writes("anna", "m1").await;
    world.writes("anna", "m2").await;
    let claim = world.claim(anna).await;
    assert!(b.claim(anna, 10).await.unwrap().is_none());
    assert_eq!(a.claim(anna, 10).await.unwrap().unwrap().conversation.lane_token, claim.conversation.lane_token + 1);
    let first = world.turn(&world.claim(anna).await);
    assert!(a.commit_turn(first).await.unwrap().more);
    assert!(b.claim(anna, 10).await.unwrap().is_none(), "the lane goes on where it is");
    let second = world.turn(&world.claim(anna).await);
    assert!(!a.commit_turn(second).await.unwrap().more);
    let other = World::new(&b);
    let mut next = acceptance([world.message("anna", "m3")]);
    next.claim = Some(10);
    let claim = b.accept(next).await.unwrap().claims.remove(0);
    b.commit_turn(other.turn(&claim)).await.unwrap();
    assert_eq!(world.conversation(anna).await.done_seq, 3);
}

#[tokio::test]
async fn a_node_that_lapsed_cannot_commit_what_another_has_taken_over() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    let world = World::new(&a);
    let anna = world.writes("anna", "m1").await;
    let mut stale = world.turn(&world.claim(anna).await);
    world.says(&mut stale, 1);
    let claim = claim_after_lapse(&url, &b, anna).await;
    assert!(matches!(a.commit_turn(stale).await, Err(StoreError::LaneLost)));
    assert!(a.claim(anna, 10).await.unwrap().is_none(), "it is another's now");
    b.commit_turn(World::new(&b).turn(&claim)).await.unwrap();
    assert_eq!(world.conversation(anna).await.done_seq, 1);
    assert_eq!(a.transcript(anna).await.unwrap().len(), 1, "nothing of the stale turn is there");
}

#[tokio::test]
async fn what_a_dead_node_was_sending_is_unknown_and_what_a_living_one_sends_is_left_alone() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    let world = World::new(&a);
    let (anna, ids) = world.answered("anna", "m1", 2).await;
    let item = world.sending(anna).await.item;
    let late = NOW + 31_000;
    assert_eq!(b.recover(late, late + 120_000, &[]).await.unwrap().unknown, 0);
    assert!(matches!(b.claim_delivery(anna, look(late)).await.unwrap(), Head::Wait(_)), "its node lives");
    a.close().await;
    assert_eq!(b.take_over(late, late + 120_000, &[]).await.unwrap().unknown, 1);
    let world = World::new(&b);
    assert_eq!(world.state(ids[0]).await, OutboxState::Unknown { hold_until: late + 120_000 });
    // Whatever the dead node's request came to, it is not repeated: an echo settles it.
    assert!(!b.finish(finish(&item, OutboxState::Sent)).await.unwrap().late);
    let Head::Send(next) = b.claim_delivery(anna, look(late)).await.unwrap() else { panic!("no next") };
    assert_eq!(next.item.id, ids[1]);
}

#[tokio::test]
async fn a_node_that_died_before_the_clock_was_moved_back_holds_nothing_up() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    let world = World::new(&a);
    let (anna, bert) = (world.writes("anna", "m1").await, world.answered("bert", "m1", 1).await.0);
    world.claim(anna).await;
    world.sending(bert).await;
    drop(a);
    overdate(&url).await;
    assert!(b.claim(anna, 10).await.unwrap().is_some());
    assert_eq!(b.take_over(NOW, NOW, &[]).await.unwrap().unknown, 1);
}

#[tokio::test]
async fn a_node_that_starts_hears_the_time_from_the_others() {
    const HOUR: u64 = 60 * 60 * 1_000;
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    let time = a.keep_time(None, NOW).await.unwrap() + HOUR;
    a.keep_time(Some(time), NOW).await.unwrap();
    let heard = b.keep_time(None, NOW + 5 * HOUR).await.unwrap();
    assert!((time..time + HOUR).contains(&heard), "the database's clock counts, whatever a node's own says");
}

#[tokio::test]
async fn what_is_published_on_one_node_is_heard_on_the_others() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    assert_eq!(b.published_elsewhere().await, None, "it listens from here on, and may have missed something");
    let long = "x".repeat(9_000);
    for address in ["visitor-1", long.as_str(), "visitor-2"] {
        let publication = Publication {
            address: address.into(),
            key: None,
            event: None,
            data: "hello".into(),
            cause: None,
            now: NOW,
        };
        a.publish(publication).await.unwrap();
    }
    let heard = [b.published_elsewhere().await, b.published_elsewhere().await, b.published_elsewhere().await];
    assert_eq!(heard, [Some("visitor-1".to_owned()), None, Some("visitor-2".to_owned())]);
    assert_eq!(b.live_after("visitor-1", 0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_channel_is_polled_by_one_node_until_that_one_is_gone() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    assert!(a.polls_here("telegram").await.unwrap());
    assert!(!b.polls_here("telegram").await.unwrap());
    assert!(b.polls_here("other").await.unwrap());
    assert!(a.polls_here("telegram").await.unwrap());
    a.close().await;
    assert!(b.polls_here("telegram").await.unwrap());
}

#[tokio::test]
async fn what_a_revision_is_made_of_the_other_nodes_can_fetch() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    a.keep_artefact([2; 32], b"\0asm".to_vec(), 1).await.unwrap();
    assert_eq!(b.artefact([2; 32]).await.unwrap().as_deref(), Some(&b"\0asm"[..]));
    assert_eq!(b.artefact([1; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn a_change_of_revisions_is_heard_of_on_the_other_nodes() {
    let url = database();
    let (a, b) = (node(&url).await, node(&url).await);
    // It begins to listen, and anything may have happened before.
    b.revisions_changed_elsewhere().await;
    let changes = b.revision_changes().await.unwrap();
    let revision = Revision::new("faq", "faq", PluginKind::Skill, "d", "0.1.0", "{}".to_owned(), Grants::default());
    let (who, name, what) = ("operator".to_owned(), "faq".to_owned(), "uploaded".to_owned());
    let (id, revision_id) = (AuditId::new(NOW, 1), revision.id.clone());
    let audit = AuditEntry { id, at: NOW, who, name, revision: revision_id, what, why: String::new() };
    let (state, told) = (RevisionState::Uploaded, Told::default());
    let record = RevisionRecord { revision, state, told, pushed_at: NOW, changed_at: NOW, since: NOW };
    a.enter_revision(record, audit).await.unwrap();
    b.revisions_changed_elsewhere().await;
    assert!(b.revision_changes().await.unwrap() > changes);
}

#[tokio::test]
async fn a_restart_of_the_database_is_outlived() {
    let cluster = Cluster::start().unwrap();
    let url = cluster.database().unwrap();
    let store = node(&url).await;
    let world = World::new(&store);
    let (anna, _) = world.answered("anna", "m1", 1).await;
    // Several connections are open by now.
    let reads = (0..8).map(|_| store.conversation(anna));
    futures::future::join_all(reads).await;
    cluster.restart().unwrap();
    let item = world.sending(anna).await.item;
    store.finish(finish(&item, OutboxState::Sent)).await.unwrap();
    assert_eq!(world.writes("anna", "m2").await, anna);
}

const MESSAGES: usize = 40;

/// Every message reaches both nodes, as it does when a platform repeats itself before it got its answer.
#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_take_and_work_at_the_same_time_lose_and_repeat_nothing() {
    let url = database();
    let nodes = [Arc::new(node(&url).await), Arc::new(node(&url).await)];
    let mut running = tokio::task::JoinSet::new();
    for (number, store) in nodes.iter().cloned().enumerate() {
        running.spawn_blocking(move || {
            let runtime = tokio::runtime::Handle::current();
            let world = World::new(&*store);
            // Ids of this node are none of the other's.
            for _ in 0..number * 1_000_000 {
                world.draw();
            }
            runtime.block_on(take_and_work(&world))
        });
    }
    let taken: Vec<usize> = running.join_all().await;
    assert_eq!(taken.iter().sum::<usize>(), MESSAGES, "each was new once: {taken:?}");
    let all = nodes[0].conversations(Default::default(), 100).await.unwrap();
    assert_eq!(all.len(), 4, "one open conversation each");
    for overview in all {
        let id = overview.conversation.id;
        assert_eq!((overview.conversation.last_seq, overview.conversation.done_seq), (10, 10));
        let turns: Vec<u64> = nodes[1].turns(id).await.unwrap().iter().map(|turn| turn.seq).collect();
        assert_eq!(turns, (1..=10).collect::<Vec<u64>>());
        let lines = nodes[1].transcript(id).await.unwrap();
        let ids: BTreeSet<_> = lines.iter().map(|line| line.line.id).collect();
        assert_eq!((lines.len(), ids.len()), (20, 20));
        assert!(lines.iter().all(|line| line.state.as_ref().is_none_or(|state| *state == OutboxState::Sent)));
    }
}

/// Says how many messages were new to this node.
async fn take_and_work(world: &World<'_>) -> usize {
    let mut taken = 0;
    for number in 0..MESSAGES {
        let message = world.message(&format!("customer {}", number % 4), &format!("m{}", number / 4));
        for event in world.accept([message]).await {
            taken += usize::from(matches!(event, Accepted::Queued { .. }));
        }
        work(world).await;
    }
    while !is_done(world).await {
        work(world).await;
    }
    taken
}

async fn is_done(world: &World<'_>) -> bool {
    let gauges = world.store.gauges().await.unwrap();
    gauges.pending_items == 0
        && gauges.queued_deliveries == 0
        && world.store.due(NOW + 30_000, 100).await.unwrap().sends.is_empty()
}

async fn work(world: &World<'_>) {
    let due = world.store.due(NOW, 100).await.unwrap();
    for id in due.turns {
        let Some(claim) = world.store.claim(id, 3).await.unwrap() else { continue };
        let mut commit = world.turn(&claim);
        world.says(&mut commit, 1);
        match world.store.commit_turn(commit).await {
            Ok(_) | Err(StoreError::LaneLost) => {}
            Err(error) => panic!("{error}"),
        }
    }
    for id in due.sends {
        if let Head::Send(sending) = world.store.claim_delivery(id, look(NOW)).await.unwrap() {
            let mut sent = finish(&sending.item, OutboxState::Sent);
            sent.receipt = Some(receipt(&format!("p{}", sending.item.id)));
            assert!(!world.store.finish(sent).await.unwrap().late);
        }
    }
}
