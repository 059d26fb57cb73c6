//! Starting, waking and cleaning.

mod recover;
mod sweep;

use async_trait::async_trait;
use sportello_domain::{Instant, ids::ConversationId};
use sportello_engine::ports::store::{Due, Gauges, Recovery, Retention, Stored, Upkeep};

use crate::{
    columns::Fields,
    dialect::{Pool, Row},
    error::{Done, Failure},
    quarantine::read_errand,
    script::{Answers, Script},
    store::SqliteStore,
    writer::{Command, Unit},
};

#[async_trait]
impl Upkeep for SqliteStore {
    async fn installation_key(&self, fresh: [u8; 32]) -> Stored<[u8; 32]> {
        self.write(InstallationKey(fresh)).await
    }

    async fn recover(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        self.write(recover::Recover { now, hold_until, unheld: unheld.to_vec() }).await
    }

    async fn due(&self, now: Instant, limit: u32) -> Stored<Due> {
        self.read("look for what is due", async |pool| due(pool, now, limit).await).await
    }

    async fn sweep(&self, now: Instant, retention: Retention) -> Stored<()> {
        sweep::all(self, now, retention).await
    }

    async fn gauges(&self) -> Stored<Gauges> {
        self.read("count", async |pool| gauges(pool).await).await
    }
}

struct InstallationKey([u8; 32]);

#[async_trait]
impl Command for InstallationKey {
    type Output = [u8; 32];
    const NAME: &'static str = "read the installation's key";

    fn opening(&self) -> Script {
        let mut script =
            Script::of("INSERT INTO installation (name, value) VALUES ('key', ?) ON CONFLICT (name) DO NOTHING");
        script.bind(&self.0[..]);
        script.add("SELECT value FROM installation WHERE name = 'key'");
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<[u8; 32]> {
        let mut answers = opening?;
        answers.skip(1);
        let answer = answers.take();
        let row = answer.first().ok_or_else(|| Failure::missing("key", "of the installation"))?;
        Fields::of(row).digest()
    }
}

async fn due(pool: &Pool, now: Instant, limit: u32) -> Done<Due> {
    let mut script = Script::new();
    script.add("SELECT id FROM conversation WHERE last_seq > done_seq ORDER BY id LIMIT ?").bind(limit);
    script
        .add(
            "SELECT d.conversation FROM delivery d WHERE d.state IN ('queued', 'sending', 'unknown') \
             AND (d.wake_at <= ? OR (d.state = 'queued' AND d.expires_at < ?)) \
             AND NOT EXISTS (SELECT 1 FROM delivery b WHERE b.conversation = d.conversation \
             AND b.state IN ('queued', 'sending', 'unknown') AND b.position < d.position) \
             AND (d.state <> 'queued' OR d.expires_at < ? OR NOT EXISTS (SELECT 1 FROM conversation c \
             JOIN endpoint e ON e.id = c.endpoint JOIN channel h ON h.name = e.channel \
             WHERE c.id = d.conversation AND h.paused_until > ?)) ORDER BY d.conversation LIMIT ?",
        )
        .bind(now)
        .bind(now)
        .bind(now)
        .bind(now)
        .bind(limit);
    script
        .add("SELECT id, revision, request, due_at, attempts FROM errand WHERE due_at <= ? ORDER BY due_at, id LIMIT ?")
        .bind(now)
        .bind(limit);
    let mut answers = script.ask(pool).await?;
    let lanes = |rows: Vec<Row>| rows.iter().map(|row| Fields::of(row).id()).collect::<Done<Vec<ConversationId>>>();
    Ok(Due {
        turns: lanes(answers.take().rows)?,
        sends: lanes(answers.take().rows)?,
        errands: answers.take().rows.iter().map(read_errand).collect::<Done<_>>()?,
    })
}

async fn gauges(pool: &Pool) -> Done<Gauges> {
    let script = Script::of(
        "SELECT (SELECT COUNT(*) FROM conversation WHERE stage <> 'closed'), \
         (SELECT COUNT(*) FROM conversation WHERE owner_kind = 'queue'), \
         (SELECT COALESCE(SUM(last_seq - done_seq), 0) FROM conversation WHERE last_seq > done_seq), \
         (SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'sending', 'unknown') AND state = 'queued'), \
         (SELECT COUNT(*) FROM delivery WHERE state IN ('queued', 'sending', 'unknown') AND state = 'unknown'), \
         (SELECT COUNT(*) FROM delivery WHERE state IN ('dead', 'expired', 'unresolved')), \
         (SELECT COUNT(*) FROM quarantine)",
    );
    let answer = script.ask(pool).await?.take();
    let Some(row) = answer.first() else { return Ok(Gauges::default()) };
    let mut fields = Fields::of(row);
    Ok(Gauges {
        open_conversations: fields.number()?,
        waiting_conversations: fields.number()?,
        pending_items: fields.number()?,
        queued_deliveries: fields.number()?,
        unknown_deliveries: fields.number()?,
        dead_letters: fields.number()?,
        quarantined: fields.number()?,
    })
}
