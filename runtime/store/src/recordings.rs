//! Recorded calls of channels' plugins.

use async_trait::async_trait;
use sportello_engine::ports::store::{Mark, Recording, Recordings, Stored, second_before};

use crate::{
    contacts::{self, erased_at},
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Recordings for SqlStore {
    async fn keep_recordings(&self, recordings: Vec<(Recording, Vec<Mark>)>) -> Stored<()> {
        self.write(Keep(recordings)).await
    }

    async fn last_recordings(&self, channel: &str, limit: u32) -> Stored<Vec<Recording>> {
        self.read(Last { channel: channel.to_owned(), limit }).await
    }
}

struct Keep(Vec<(Recording, Vec<Mark>)>);

impl Operation for Keep {
    type Output = ();
    const NAME: &'static str = "keep recorded calls";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        contacts::keep_out(unit).await?;
        for (recording, marks) in &self.0 {
            if erased_at(unit, marks).await? >= Some(second_before(recording.now)) {
                continue;
            }
            let keep = Statement::of("INSERT INTO recording (channel, at, call) VALUES ($1, $2, $3)");
            unit.run(keep.bind(&recording.channel).bind(recording.now).json(recording)).await?;
        }
        Ok(())
    }
}

struct Last {
    channel: String,
    limit: u32,
}

impl Operation for Last {
    type Output = Vec<Recording>;
    const NAME: &'static str = "read recorded calls";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Recording>> {
        let last = Statement::of("SELECT call FROM recording WHERE channel = $1 ORDER BY id DESC LIMIT $2");
        let rows = unit.run(last.bind(&self.channel).bind(self.limit)).await?;
        rows.all().map(|mut row| row.json()).collect()
    }
}
