//! The store's time, by which everything waits: kept beside what the clock said then, so that the time in which nobody kept it can
//! be counted.

use sportello_domain::Instant;

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::Statement,
};

/// A file is not written to each second only for this, unless the wall was moved; milliseconds.
const SELDOM: Instant = 10_000;
/// What the wall may be moved by until it is written down; milliseconds.
const MOVED: Instant = 1_000;

pub(super) struct KeepTime {
    pub(super) own: Option<Instant>,
    pub(super) wall: Instant,
}

impl Operation for KeepTime {
    type Output = Instant;
    const NAME: &'static str = "keep the time";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Instant> {
        let wall = unit.clock(self.wall).await?;
        match self.own {
            Some(own) => keep(unit, own, wall).await,
            None => begin(unit, wall).await,
        }
    }
}

/// Counts what passed while nobody kept it.
async fn begin(unit: &mut Unit<'_>, wall: Instant) -> Done<Instant> {
    let begin = Statement::of(
        "INSERT INTO clock (one, time, wall) VALUES (1, $1, $1) ON CONFLICT (one) DO UPDATE SET time = clock.time + \
         CASE WHEN excluded.wall > clock.wall THEN excluded.wall - clock.wall ELSE 0 END, wall = excluded.wall \
         RETURNING time",
    );
    let begun = unit.run(begin.bind(wall)).await?.first();
    begun.ok_or_else(|| Failure::missing("time", "of the store"))?.number()
}

async fn keep(unit: &mut Unit<'_>, own: Instant, wall: Instant) -> Done<Instant> {
    let seldom = if unit.node().is_some() { 0 } else { SELDOM };
    let keep = Statement::of(
        "UPDATE clock SET time = $1, wall = $2 WHERE time < $1 \
         AND (time + $3 < $1 OR ABS((wall - time) - ($2 - $1)) > $4)",
    );
    unit.run(keep.bind(own).bind(wall).bind(seldom).bind(MOVED)).await?;
    let kept = unit.run(Statement::of("SELECT time FROM clock")).await?.first();
    let kept: Instant = kept.ok_or_else(|| Failure::missing("time", "of the store"))?.number()?;
    Ok(kept.max(own))
}
