//! Forgetting what was kept long enough, in small steps that let others through.

use std::time::Instant as Moment;

use sportello_domain::{Instant, ids::ConversationId};
use sportello_engine::ports::store::{Retention, Stored};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    owner,
    sql::Statement,
    store::SqlStore,
};

/// Rows of one step.
const STEP: u32 = 200;
/// After each step others have so many times as long as it took.
const PAUSE: u32 = 4;

/// What is written once in the order of time has no index on its time: the oldest are looked at.
const KEYS: &str = "DELETE FROM seen WHERE at < $1 AND id IN (SELECT id FROM seen ORDER BY id LIMIT $2)";
const JOURNAL: &str = "DELETE FROM turn WHERE ended_at < $1 AND id IN (SELECT id FROM turn ORDER BY id LIMIT $2)";
const MANY_TURNS: &str = "DELETE FROM turn WHERE id <= (SELECT COALESCE(MAX(id), 0) FROM turn) - $1 \
                        AND id IN (SELECT id FROM turn ORDER BY id LIMIT $2)";
const RECORDINGS: &str =
    "DELETE FROM recording WHERE at < $1 AND id IN (SELECT id FROM recording ORDER BY id LIMIT $2)";
const MANY_RECORDINGS: &str = "DELETE FROM recording WHERE id <= (SELECT COALESCE(MAX(id), 0) FROM recording) - $1 \
                               AND id IN (SELECT id FROM recording ORDER BY id LIMIT $2)";
const UNREAD: &str = "DELETE FROM unread WHERE at < $1 AND turn IN (SELECT turn FROM unread ORDER BY turn LIMIT $2)";
const REVIEW: &str = "DELETE FROM review WHERE at < $1 AND id IN (SELECT id FROM review ORDER BY id LIMIT $2)";
const STRIKES: &str =
    "DELETE FROM strike WHERE (channel, body) IN (SELECT channel, body FROM strike WHERE at < $1 LIMIT $2)";
const TOLD: &str = "DELETE FROM told WHERE (channel, account, platform_id, address) IN \
                    (SELECT channel, account, platform_id, address FROM told WHERE at < $1 LIMIT $2)";
const TRIALS: &str = "DELETE FROM trial WHERE (name, trial, stage, unit) IN \
                      (SELECT name, trial, stage, unit FROM trial WHERE at < $1 LIMIT $2)";
const SHADOWS: &str =
    "DELETE FROM shadow WHERE (name, trial) IN (SELECT name, trial FROM shadow WHERE at < $1 LIMIT $2)";
const STREAMS: &str = "DELETE FROM stream_event WHERE (address, id) IN \
                       (SELECT address, id FROM stream_event WHERE at < $1 LIMIT $2)";

macro_rules! is_idle {
    () => {
        "stage <> 'closed' AND active_at < $1 AND owner_kind = 'bot' AND last_seq = done_seq \
         AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.conversation = conversation.id AND d.ended = 0) \
         AND NOT EXISTS (SELECT 1 FROM schedule s WHERE s.conversation = conversation.id)"
    };
}
const IDLE: &str = concat!("SELECT id FROM conversation WHERE ", is_idle!(), " LIMIT $2");
const CLOSE: &str = concat!("UPDATE conversation SET stage = 'closed' WHERE ", is_idle!(), " AND id = $2");

pub(super) async fn all(store: &SqlStore, now: Instant, retention: Retention) -> Stored<()> {
    let before = |kept: u64| now.saturating_sub(kept);
    let forgotten = [
        (KEYS, retention.keys),
        (STRIKES, retention.keys),
        (TOLD, retention.keys),
        (JOURNAL, retention.journal),
        (RECORDINGS, retention.journal),
        (UNREAD, retention.journal),
        (REVIEW, retention.journal),
        (TRIALS, retention.journal),
        (SHADOWS, retention.journal),
        (STREAMS, retention.live),
    ];
    for (sql, kept) in forgotten {
        go_on(store, || Forget { sql, bound: before(kept) }).await?;
    }
    for (sql, most) in [(MANY_TURNS, retention.journal_turns), (MANY_RECORDINGS, retention.recordings)] {
        let bound = most.min(i64::MAX.unsigned_abs());
        go_on(store, || Forget { sql, bound }).await?;
    }
    go_on(store, || CloseIdle { before: before(retention.idle) }).await
}

/// Step after step while there is more. Where much waits to be written a step takes longer, and so does the pause.
async fn go_on<O: Operation<Output = bool>>(store: &SqlStore, step: impl Fn() -> O) -> Stored<()> {
    loop {
        let begun = Moment::now();
        if !store.write(step()).await? {
            return Ok(());
        }
        tokio::time::sleep(begun.elapsed() * PAUSE).await;
    }
}

/// One step; says whether there is more.
struct Forget {
    sql: &'static str,
    /// A time before which all goes, or how much stays.
    bound: u64,
}

impl Operation for Forget {
    type Output = bool;
    const NAME: &'static str = "forget what is old";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<bool> {
        let forgotten = unit.run(Statement::of(self.sql).bind(self.bound).bind(STEP)).await?;
        Ok(forgotten.changes >= u64::from(STEP))
    }
}

/// One step; says whether there is more.
struct CloseIdle {
    before: Instant,
}

impl Operation for CloseIdle {
    type Output = bool;
    const NAME: &'static str = "close what is idle";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<bool> {
        let idle = unit.run(Statement::of(IDLE).bind(self.before).bind(STEP)).await?;
        let all = idle.rows.len();
        for mut row in idle.all() {
            let id: ConversationId = row.id()?;
            owner::lock(unit, id).await?;
            if unit.run(Statement::of(CLOSE).bind(self.before).bind(id)).await?.changes > 0 {
                owner::forget_dialogue(unit, id).await?;
            }
        }
        Ok(all >= STEP as usize)
    }
}
