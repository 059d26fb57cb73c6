//! Accepting (rules 1 to 5).

mod accept;
mod address;
mod find;
mod place;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ErrandId, QuarantineId},
};
use sportello_engine::ports::store::{Acceptance, Intake, Quarantined, Stored, Taken};

use crate::{
    columns::Fields,
    quarantine::{self, ErrandDone, ErrandLater, Release, SetAside, Strike},
    script::Script,
    store::SqliteStore,
};

/// What all events of an acceptance share.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) channel: &'a str,
    pub(crate) default_queue: &'a str,
    pub(crate) now: Instant,
}

#[async_trait]
impl Intake for SqliteStore {
    async fn accept(&self, acceptance: Acceptance) -> Stored<Taken> {
        self.write(accept::Accept(acceptance)).await
    }

    async fn cursor(&self, channel: &str) -> Stored<Option<String>> {
        self.read("read a cursor", async |pool| {
            let mut script = Script::of("SELECT cursor FROM channel WHERE name = ?");
            script.bind(channel);
            let answer = script.ask(pool).await?.take();
            answer.first().map_or(Ok(None), |row| Fields::of(row).take())
        })
        .await
    }

    async fn strike(&self, channel: &str, body_digest: [u8; 32], now: Instant) -> Stored<u32> {
        self.write(Strike { channel: channel.to_owned(), body: body_digest, now }).await
    }

    async fn quarantine(&self, item: Quarantined) -> Stored<()> {
        self.write(SetAside(item)).await
    }

    async fn quarantined(&self, limit: u32) -> Stored<Vec<Quarantined>> {
        self.read("read the quarantine", async |pool| quarantine::quarantined(pool, limit).await).await
    }

    async fn release(&self, id: QuarantineId) -> Stored<()> {
        self.write(Release(id)).await
    }

    async fn errand_done(&self, id: ErrandId) -> Stored<()> {
        self.write(ErrandDone(id)).await
    }

    async fn errand_later(&self, id: ErrandId, due_at: Instant) -> Stored<()> {
        self.write(ErrandLater { id, due_at }).await
    }
}
