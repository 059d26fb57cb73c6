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
}

impl Operation for Recover {
    type Output = Recovery;
    const NAME: &'static str = "recover";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Recovery> {
        let mut unknown = 0;
        for channel in &self.unheld {
            let let_go = Statement::of(
                "UPDATE delivery SET state = 'unknown', wake_at = $1 WHERE ended = 0 AND state = 'sending' AND EXISTS \
                 (SELECT 1 FROM conversation c JOIN endpoint e ON e.id = c.endpoint \
                 WHERE c.id = delivery.conversation AND e.channel = $2)",
            );
            unknown += unit.run(let_go.bind(self.now).bind(channel)).await?.changes;
        }
        let hold =
            Statement::of("UPDATE delivery SET state = 'unknown', wake_at = $1 WHERE ended = 0 AND state = 'sending'");
        unknown += unit.run(hold.bind(self.hold_until)).await?.changes;
        let count =
            Statement::of("SELECT (SELECT COUNT(*) FROM frozen), (SELECT COUNT(DISTINCT conversation) FROM inbox)");
        let Some(mut row) = unit.run(count).await?.first() else {
            return Ok(Recovery { unknown, ..Recovery::default() });
        };
        Ok(Recovery { unknown, frozen: row.number()?, lanes: row.number()? })
    }
}
