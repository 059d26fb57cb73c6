//! Streams of server-sent events.

use async_trait::async_trait;
use sportello_engine::ports::store::{Cause, LiveEvent, LiveLog, Publication, Published, Stored};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    owner,
    sql::{Fields, Statement},
    store::SqlStore,
};

#[async_trait]
impl LiveLog for SqlStore {
    async fn publish(&self, publication: Publication) -> Stored<Published> {
        self.write(Publish(publication)).await
    }

    async fn live_after(&self, address: &str, after: u64, limit: u32) -> Stored<Vec<LiveEvent>> {
        self.read(After { address: address.to_owned(), after, limit }).await
    }

    async fn published_elsewhere(&self) -> Option<String> {
        self.heard().await
    }
}

struct After {
    address: String,
    after: u64,
    limit: u32,
}

impl Operation for After {
    type Output = Vec<LiveEvent>;
    const NAME: &'static str = "read a stream";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<LiveEvent>> {
        let after = Statement::of(
            "SELECT id, event, data FROM stream_event WHERE address = $1 AND id > $2 ORDER BY id LIMIT $3",
        );
        let after = after.bind(&self.address).bind(self.after).bind(self.limit);
        let read = |mut fields: Fields| {
            Ok(LiveEvent { id: fields.number()?, event: fields.maybe_text()?, data: fields.text()? })
        };
        unit.run(after).await?.all().map(read).collect()
    }
}

struct Publish(Publication);

impl Operation for Publish {
    type Output = Published;
    const NAME: &'static str = "publish an event";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Published> {
        let Publication { address, key, event, data, cause, now } = &self.0;
        if let Some(cause) = cause {
            check(unit, *cause).await?;
        }
        if let Some(key) = key {
            let known = Statement::of("SELECT id FROM stream_event WHERE address = $1 AND key = $2");
            if let Some(mut known) = unit.run(known.bind(address).bind(key)).await?.first() {
                return Ok(Published::Known(known.number()?));
            }
        }
        let draw = Statement::of(
            "INSERT INTO stream (address, last_id) VALUES ($1, 1) \
             ON CONFLICT (address) DO UPDATE SET last_id = stream.last_id + 1 RETURNING last_id",
        );
        let drawn = unit.run(draw.bind(address)).await?.first();
        let id = drawn.ok_or_else(|| Failure::Form("no id was drawn".to_owned()))?.number()?;
        let append = Statement::of(
            "INSERT INTO stream_event (address, id, key, event, data, at) VALUES ($1, $2, $3, $4, $5, $6)",
        );
        let append = append.bind(address).bind(id).bind(key.as_ref()).bind(event.as_ref()).bind(data).bind(*now);
        unit.run(append).await?;
        unit.tell(address).await?;
        Ok(Published::New(id))
    }
}

/// Whether it is there still, and stays so until this is done.
async fn check(unit: &mut Unit<'_>, cause: Cause) -> Done<()> {
    let (look, missing) = match cause {
        Cause::Conversation(id) => {
            owner::lock(unit, id).await?;
            let look = Statement::of("SELECT 1 FROM conversation WHERE id = $1").bind(id);
            (look, Failure::missing("conversation", id))
        }
        Cause::Delivery(id) => {
            owner::lock_of(unit, id).await?;
            (Statement::of("SELECT 1 FROM delivery WHERE id = $1").bind(id), Failure::missing("delivery", id))
        }
        Cause::Errand(id) => {
            unit.lock(Statement::of("SELECT 1 FROM errand WHERE id = $1 FOR UPDATE").bind(id)).await?;
            (Statement::of("SELECT 1 FROM errand WHERE id = $1").bind(id), Failure::missing("errand", id))
        }
    };
    unit.run(look).await?.first().map(drop).ok_or(missing)
}
