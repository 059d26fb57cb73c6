//! Recorded calls of channels' plugins.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::contract::{HttpResponse, Reception, Webhook};
use sportello_domain::revision::RevisionId;

use super::World;
use super::upkeep::FOREVER;
use super::world::{MARKER, NOW};
use crate::ports::store::{RecordedCall, Recording, Retention};

pub(super) async fn keep(world: &World<'_>, recordings: impl IntoIterator<Item = Recording>) {
    world.store.keep_recordings(MARKER.marked(recordings.into_iter().collect())).await.unwrap();
}

pub fn recording(channel: &str, number: u64) -> Recording {
    let request = Webhook {
        method: "POST".to_owned(),
        url: format!("https://bot.example/hooks/{channel}"),
        headers: vec![],
        body: number.to_string().as_str().into(),
    };
    let response = HttpResponse { status: 200, ..HttpResponse::default() };
    let reception = Reception { response, events: vec![], afterwards: vec![], stream: None };
    Recording {
        channel: channel.to_owned(),
        revision: RevisionId(format!("{channel}@1")),
        hook: "https://bot.example/hooks".to_owned(),
        now: NOW + number,
        seed: number,
        exchanges: vec![],
        vault: vec![],
        call: RecordedCall::Received { request, reception },
        took: 7,
    }
}

pub async fn the_last_recordings_of_a_channel_come_newest_first(world: &World<'_>) {
    keep(world, [recording("web", 1), recording("mail", 2), recording("web", 3)]).await;
    keep(world, [recording("web", 4)]).await;
    keep(world, []).await;
    let last = world.store.last_recordings("web", 2).await.unwrap();
    assert_eq!(last, [recording("web", 4), recording("web", 3)]);
    assert_eq!(world.store.last_recordings("mail", 9).await.unwrap(), [recording("mail", 2)]);
    assert_eq!(world.store.last_recordings("other", 9).await.unwrap(), []);
}

pub async fn recordings_are_forgotten_by_age_and_by_number(world: &World<'_>) {
    keep(world, (1..=5).map(|number| recording("web", number))).await;
    world.store.sweep(NOW + 13, Retention { journal: 10, ..FOREVER }).await.unwrap();
    assert_eq!(world.store.last_recordings("web", 9).await.unwrap().len(), 3);
    world.store.sweep(NOW, Retention { recordings: 2, ..FOREVER }).await.unwrap();
    let last = world.store.last_recordings("web", 9).await.unwrap();
    assert_eq!(last, [recording("web", 5), recording("web", 4)]);
}
