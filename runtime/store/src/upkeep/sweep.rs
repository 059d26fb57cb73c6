//! Forgetting what was kept long enough, in small steps that let others through.

use async_trait::async_trait;
use sportello_domain::{Instant, ids::ConversationId};
use sportello_engine::ports::store::{Retention, Stored};

use crate::{
    columns::Fields,
    error::Done,
    owner,
    script::{Answers, Script},
    store::SqliteStore,
    writer::{Command, Unit},
};

/// Rows of one step.
const STEP: u32 = 1000;

pub(super) async fn all(store: &SqliteStore, now: Instant, retention: Retention) -> Stored<()> {
    let before = |kept: u64| now.saturating_sub(kept);
    let forgotten = [
        ("DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE at < ? LIMIT ?)", retention.keys),
        (
            "DELETE FROM strike WHERE (channel, body) IN (SELECT channel, body FROM strike WHERE at < ? LIMIT ?)",
            retention.keys,
        ),
        (
            "DELETE FROM told WHERE (channel, account, platform_id, address) IN \
             (SELECT channel, account, platform_id, address FROM told WHERE at < ? LIMIT ?)",
            retention.keys,
        ),
        (
            "DELETE FROM turn WHERE (conversation, seq) IN \
             (SELECT conversation, seq FROM turn WHERE ended_at < ? LIMIT ?)",
            retention.journal,
        ),
        (
            "DELETE FROM stream_event WHERE (address, id) IN \
             (SELECT address, id FROM stream_event WHERE at < ? LIMIT ?)",
            retention.live,
        ),
    ];
    for (sql, kept) in forgotten {
        while store.write(Forget { sql, before: before(kept) }).await? {}
    }
    while store.write(CloseIdle { before: before(retention.idle) }).await? {}
    Ok(())
}

/// One step; says whether there is more.
struct Forget {
    sql: &'static str,
    before: Instant,
}

#[async_trait]
impl Command for Forget {
    type Output = bool;
    const NAME: &'static str = "forget what is old";

    fn opening(&self) -> Script {
        let mut script = Script::of(self.sql);
        script.bind(self.before).bind(STEP);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<bool> {
        Ok(opening?.take().changes >= u64::from(STEP))
    }
}

/// One step; says whether there is more.
struct CloseIdle {
    before: Instant,
}

#[async_trait]
impl Command for CloseIdle {
    type Output = bool;
    const NAME: &'static str = "close what is idle";

    async fn run(&self, unit: &mut Unit<'_>, _: Done<Answers>) -> Done<bool> {
        let mut script = Script::of(
            "SELECT c.id FROM conversation c WHERE c.stage <> 'closed' AND c.active_at < ? AND c.owner_kind = 'bot' \
             AND c.last_seq = c.done_seq AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.conversation = c.id \
             AND d.state IN ('queued', 'sending', 'unknown')) \
             AND NOT EXISTS (SELECT 1 FROM schedule s WHERE s.conversation = c.id) LIMIT ?",
        );
        script.bind(self.before).bind(STEP);
        let idle = unit.run(script).await?.take();
        for row in &idle.rows {
            let id: ConversationId = Fields::of(row).id()?;
            let mut script = Script::new();
            script.add("UPDATE conversation SET stage = 'closed' WHERE id = ?").bind(id);
            owner::forget_dialogue(&mut script, id);
            unit.run(script).await?;
        }
        Ok(idle.rows.len() >= STEP as usize)
    }
}
