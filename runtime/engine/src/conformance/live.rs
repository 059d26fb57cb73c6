//! Streams of server-sent events.
#![cfg(any(test, feature = "testing"))]

use super::world::{NOW, World};
use crate::ports::store::{LiveEvent, Publication, Published, Retention};

pub fn publication(address: &str, key: Option<&str>, data: &str) -> Publication {
    Publication {
        address: address.into(),
        key: key.map(Into::into),
        event: Some("message".into()),
        data: data.into(),
        cause: None,
        now: NOW,
    }
}

async fn published(world: &World<'_>, publication: Publication) -> Published {
    world.store.publish(publication).await.unwrap()
}

pub async fn events_are_numbered_without_gaps_by_address(world: &World<'_>) {
    for id in 1..=3 {
        assert_eq!(published(world, publication("anna", None, "same")).await, Published::New(id));
    }
    assert_eq!(published(world, publication("bert", None, "same")).await, Published::New(1));
}

pub async fn the_same_key_publishes_once(world: &World<'_>) {
    assert_eq!(published(world, publication("anna", Some("k1"), "a")).await, Published::New(1));
    assert_eq!(published(world, publication("anna", Some("k2"), "b")).await, Published::New(2));
    assert_eq!(published(world, publication("anna", Some("k1"), "c")).await, Published::Known(1));
    assert_eq!(published(world, publication("bert", Some("k1"), "d")).await, Published::New(1));
    assert_eq!(published(world, publication("anna", None, "e")).await, Published::New(3), "and no number is lost");
}

pub async fn events_are_read_from_where_one_left(world: &World<'_>) {
    for data in ["a", "b", "c"] {
        published(world, publication("anna", None, data)).await;
    }
    let event = |id, data: &str| LiveEvent { id, event: Some("message".into()), data: data.into() };
    assert_eq!(world.store.live_after("anna", 0, 2).await.unwrap(), [event(1, "a"), event(2, "b")]);
    assert_eq!(world.store.live_after("anna", 2, 9).await.unwrap(), [event(3, "c")]);
    assert!(world.store.live_after("anna", 3, 9).await.unwrap().is_empty());
    assert!(world.store.live_after("bert", 0, 9).await.unwrap().is_empty());
}

pub async fn numbers_go_on_after_old_events_are_gone(world: &World<'_>) {
    published(world, publication("anna", None, "a")).await;
    let retention = Retention {
        keys: u64::MAX,
        journal: u64::MAX,
        journal_turns: u64::MAX,
        recordings: u64::MAX,
        live: 10,
        idle: u64::MAX,
    };
    world.store.sweep(NOW + 10, retention).await.unwrap();
    assert_eq!(world.store.live_after("anna", 0, 9).await.unwrap().len(), 1, "its time is not over yet");
    world.store.sweep(NOW + 11, retention).await.unwrap();
    assert!(world.store.live_after("anna", 0, 9).await.unwrap().is_empty());
    assert_eq!(published(world, publication("anna", None, "b")).await, Published::New(2));
}
