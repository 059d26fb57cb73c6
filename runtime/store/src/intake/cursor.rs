//! Channels that are polled: how far, and by which node.

use sportello_engine::ports::{StoreError, store::CursorMove};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
};

pub(super) struct Read(pub(super) String);

impl Operation for Read {
    type Output = Option<String>;
    const NAME: &'static str = "read a cursor";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<String>> {
        let cursor = Statement::of("SELECT cursor FROM channel WHERE name = $1").bind(&self.0);
        unit.run(cursor).await?.first().map_or(Ok(None), |mut row| row.maybe_text())
    }
}

/// Takes a channel for this node, unless another one that lives polls it.
pub(super) struct Poll(pub(super) String);

impl Operation for Poll {
    type Output = bool;
    const NAME: &'static str = "take a channel to poll";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<bool> {
        know(unit, &self.0).await?;
        unit.lock(Statement::of("SELECT 1 FROM channel WHERE name = $1 FOR UPDATE").bind(&self.0)).await?;
        let found = unit.run(Statement::of("SELECT node FROM channel WHERE name = $1").bind(&self.0)).await?.first();
        let holder = found.map_or(Ok(None), |mut row| row.node())?;
        if unit.is_elsewhere(holder).await? {
            return Ok(false);
        }
        let take = Statement::of("UPDATE channel SET node = $1 WHERE name = $2");
        unit.run(take.bind(unit.node()).bind(&self.0)).await?;
        Ok(true)
    }
}

async fn know(unit: &mut Unit<'_>, channel: &str) -> Done<()> {
    let know = Statement::of("INSERT INTO channel (name) VALUES ($1) ON CONFLICT (name) DO NOTHING");
    unit.run(know.bind(channel)).await.map(|_| ())
}

/// Moves a cursor on, if it is where the poll began.
pub(super) async fn advance(unit: &mut Unit<'_>, channel: &str, cursor: &CursorMove) -> Done<()> {
    know(unit, channel).await?;
    let advance = match &cursor.from {
        Some(from) => {
            let advance = Statement::of("UPDATE channel SET cursor = $1 WHERE name = $2 AND cursor = $3");
            advance.bind(cursor.to.as_ref()).bind(channel).bind(from)
        }
        None => {
            let begin = Statement::of("UPDATE channel SET cursor = $1 WHERE name = $2 AND cursor IS NULL");
            begin.bind(cursor.to.as_ref()).bind(channel)
        }
    };
    match unit.run(advance).await?.changes {
        0 => Err(StoreError::CursorMoved.into()),
        _ => Ok(()),
    }
}
