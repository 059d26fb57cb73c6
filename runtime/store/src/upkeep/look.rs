//! What has to be done now, and figures for operators.

use sportello_domain::{Instant, ids::ConversationId};
use sportello_engine::ports::store::{Due, Gauges};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    quarantine::read_errand,
    sql::{Answer, Statement},
};

pub(super) struct LookForDue {
    pub(super) now: Instant,
    pub(super) limit: u32,
}

impl Operation for LookForDue {
    type Output = Due;
    const NAME: &'static str = "look for what is due";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Due> {
        let turns = Statement::of("SELECT DISTINCT conversation FROM inbox ORDER BY conversation LIMIT $1");
        let sends = Statement::of(
            "SELECT d.conversation FROM delivery d WHERE d.ended = 0 \
             AND (d.wake_at <= $1 OR (d.state = 'queued' AND d.expires_at < $1)) \
             AND NOT EXISTS (SELECT 1 FROM delivery b WHERE b.conversation = d.conversation \
             AND b.ended = 0 AND b.position < d.position) \
             AND (d.state <> 'queued' OR d.expires_at < $1 OR NOT EXISTS (SELECT 1 FROM conversation c \
             JOIN endpoint e ON e.id = c.endpoint JOIN channel h ON h.name = e.channel \
             WHERE c.id = d.conversation AND h.paused_until > $1)) ORDER BY d.conversation LIMIT $2",
        );
        let errands = Statement::of(
            "SELECT id, revision, request, due_at, attempts FROM errand WHERE due_at <= $1 \
             ORDER BY due_at, id LIMIT $2",
        );
        Ok(Due {
            turns: lanes(unit.run(turns.bind(self.limit)).await?)?,
            sends: lanes(unit.run(sends.bind(self.now).bind(self.limit)).await?)?,
            errands: {
                let errands = unit.run(errands.bind(self.now).bind(self.limit)).await?;
                errands.all().map(read_errand).collect::<Done<_>>()?
            },
        })
    }
}

fn lanes(answer: Answer) -> Done<Vec<ConversationId>> {
    answer.all().map(|mut row| row.id()).collect()
}

pub(super) struct Count;

impl Operation for Count {
    type Output = Gauges;
    const NAME: &'static str = "count";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Gauges> {
        let count = Statement::of(
            "SELECT (SELECT COUNT(*) FROM conversation WHERE stage <> 'closed'), \
             (SELECT COUNT(*) FROM conversation WHERE owner_kind = 'queue'), \
             (SELECT COUNT(*) FROM inbox), \
             (SELECT COUNT(*) FROM delivery WHERE ended = 0 AND state = 'queued'), \
             (SELECT COUNT(*) FROM delivery WHERE ended = 0 AND state = 'unknown'), \
             (SELECT COUNT(*) FROM delivery WHERE ended = 2), \
             (SELECT COUNT(*) FROM delivery WHERE ended = 3), \
             (SELECT COUNT(*) FROM quarantine)",
        );
        let Some(mut row) = unit.run(count).await?.first() else { return Ok(Gauges::default()) };
        Ok(Gauges {
            open_conversations: row.number()?,
            waiting_conversations: row.number()?,
            pending_items: row.number()?,
            queued_deliveries: row.number()?,
            unknown_deliveries: row.number()?,
            dead_letters: row.number()?,
            held_deliveries: row.number()?,
            quarantined: row.number()?,
        })
    }
}
