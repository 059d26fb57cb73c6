//! Accepting (rules 1 to 5).

mod accept;
mod address;
mod cursor;
mod enter;
mod find;
mod place;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ErrandId, QuarantineId},
};
use sportello_engine::ports::store::{Acceptance, Intake, Quarantined, Stored, Taken};

use crate::{
    quarantine::{ErrandDone, ErrandLater, Oldest, Release, SetAside, Strike},
    store::SqlStore,
};
pub(crate) use enter::{NewItem, enqueue};

/// What all events of an acceptance share.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) channel: &'a str,
    pub(crate) default_queue: &'a str,
    pub(crate) now: Instant,
}

#[async_trait]
impl Intake for SqlStore {
    async fn accept(&self, acceptance: Acceptance) -> Stored<Taken> {
        self.write(accept::Accept(acceptance)).await
    }

    async fn cursor(&self, channel: &str) -> Stored<Option<String>> {
        self.read(cursor::Read(channel.to_owned())).await
    }

    async fn polls_here(&self, channel: &str) -> Stored<bool> {
        if !self.is_shared() {
            return Ok(true);
        }
        self.write(cursor::Poll(channel.to_owned())).await
    }

    async fn strike(&self, channel: &str, body_digest: [u8; 32], now: Instant) -> Stored<u32> {
        self.write(Strike { channel: channel.to_owned(), body: body_digest, now }).await
    }

    async fn quarantine(&self, item: Quarantined) -> Stored<()> {
        self.write(SetAside(item)).await
    }

    async fn quarantined(&self, limit: u32) -> Stored<Vec<Quarantined>> {
        self.read(Oldest(limit)).await
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
