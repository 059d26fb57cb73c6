//! What a crash has left behind (rules 8 and 12).

use sportello_domain::Instant;
use sportello_engine::ports::store::Recovery;

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
};

pub(super) struct Recover {
    pub(super) now: Instant,
    pub(super) hold_until: Instant,
    pub(super) unheld: Vec<String>,
    /// Whether this node's own sends are lost too: at its start.
    pub(super) own: bool,
}

/// Of nodes that live no more; where there is but one, what it was sending is its own. Another node may only be standing still: it
/// may begin to send until the deadline (`wake_at`), so nobody goes on before that.
macro_rules! lost {
    () => {
        "UPDATE delivery SET state = 'unknown', \
         wake_at = CASE WHEN wake_at < $1 OR node IS NULL OR node = $2 THEN $1 ELSE wake_at END WHERE ended = 0 AND state = 'sending' AND (node IS NULL \
         OR node = $2 OR NOT EXISTS (SELECT 1 FROM node n WHERE n.id = delivery.node AND n.expires_at BETWEEN $3 AND $3 + 10000))"
    };
}

impl Operation for Recover {
    type Output = Recovery;
    const NAME: &'static str = "recover";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Recovery> {
        // A node that is alone has no lease.
        let now = unit.clock(0).await?;
        let own = if self.own { unit.node() } else { None };
        let mut unknown = 0;
        for channel in &self.unheld {
            let let_go = Statement::of(concat!(
                lost!(),
                " AND EXISTS (SELECT 1 FROM conversation c \
                 JOIN endpoint e ON e.id = c.endpoint WHERE c.id = delivery.conversation AND e.channel = $4)"
            ));
            let let_go = let_go.bind(self.now).bind(own).bind(now).bind(channel);
            unknown += unit.run(let_go).await?.changes;
        }
        // Of a sign no news will come, nor does anybody wait for it.
        let signs = Statement::of(concat!(lost!(), " AND sign = 1"));
        unknown += unit.run(signs.bind(self.now).bind(own).bind(now)).await?.changes;
        let hold = Statement::of(lost!()).bind(self.hold_until).bind(own).bind(now);
        unknown += unit.run(hold).await?.changes;
        let count =
            Statement::of("SELECT (SELECT COUNT(*) FROM frozen), (SELECT COUNT(DISTINCT conversation) FROM inbox)");
        let Some(mut row) = unit.run(count).await?.first() else {
            return Ok(Recovery { unknown, ..Recovery::default() });
        };
        Ok(Recovery { unknown, frozen: row.number()?, lanes: row.number()? })
    }
}
