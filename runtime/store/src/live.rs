//! Streams of server-sent events.

use async_trait::async_trait;
use sportello_engine::ports::store::{LiveEvent, LiveLog, Publication, Published, Stored};

use crate::{
    columns::Fields,
    error::{Done, Failure},
    script::{Answers, Script},
    store::SqliteStore,
    writer::{Command, Unit},
};

#[async_trait]
impl LiveLog for SqliteStore {
    async fn publish(&self, publication: Publication) -> Stored<Published> {
        self.write(Publish(publication)).await
    }

    async fn live_after(&self, address: &str, after: u64, limit: u32) -> Stored<Vec<LiveEvent>> {
        self.read("read a stream", async |pool| {
            let mut script =
                Script::of("SELECT id, event, data FROM stream_event WHERE address = ? AND id > ? ORDER BY id LIMIT ?");
            script.bind(address).bind(after).bind(limit);
            let answer = script.ask(pool).await?.take();
            let read = |row| {
                let mut fields = Fields::of(row);
                Ok(LiveEvent { id: fields.number()?, event: fields.take()?, data: fields.text()? })
            };
            answer.rows.iter().map(read).collect()
        })
        .await
    }
}

struct Publish(Publication);

#[async_trait]
impl Command for Publish {
    type Output = Published;
    const NAME: &'static str = "publish an event";

    /// Takes for granted that the key is new; the index on keys says where it is not.
    fn opening(&self) -> Script {
        let Publication { address, key, event, data, now } = &self.0;
        let mut script = Script::new();
        script
            .add(
                "INSERT INTO stream (address, last_id) VALUES (?, 1) \
                 ON CONFLICT (address) DO UPDATE SET last_id = stream.last_id + 1 RETURNING last_id",
            )
            .bind(address);
        script
            .add(
                "INSERT INTO stream_event (address, id, key, event, data, at) \
                 SELECT address, last_id, ?, ?, ?, ? FROM stream WHERE address = ?",
            )
            .bind(key.as_ref())
            .bind(event.as_ref())
            .bind(data)
            .bind(*now)
            .bind(address);
        script
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<Published> {
        match opening {
            Ok(mut answers) => {
                let answer = answers.take();
                let row = answer.first().ok_or_else(|| Failure::Form("no id was drawn".to_owned()))?;
                Ok(Published::New(Fields::of(row).number()?))
            }
            Err(failure) if failure.is_constraint() => {
                unit.undo().await?;
                let mut script = Script::of("SELECT id FROM stream_event WHERE address = ? AND key = ?");
                script.bind(&self.0.address).bind(self.0.key.as_ref());
                let answer = unit.run(script).await?.take();
                let known = answer.first().map(|row| Fields::of(row).number()).transpose()?;
                known.map(Published::Known).ok_or(failure)
            }
            Err(failure) => Err(failure),
        }
    }
}
