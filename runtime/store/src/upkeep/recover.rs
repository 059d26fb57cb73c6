//! What a crash has left behind (rules 8 and 12).

use async_trait::async_trait;
use sportello_domain::Instant;
use sportello_engine::ports::store::Recovery;

use crate::{
    columns::{Fields, integer},
    error::Done,
    script::Script,
    writer::{Command, Unit},
};

pub(super) struct Recover {
    pub(super) now: Instant,
    pub(super) hold_until: Instant,
    pub(super) drop_repeats: Vec<String>,
}

#[async_trait]
impl Command for Recover {
    type Output = Recovery;
    const NAME: &'static str = "recover";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Recovery> {
        let mut script = Script::new();
        for channel in &self.drop_repeats {
            script
                .add(
                    "UPDATE delivery SET state = 'unknown', wake_at = ? \
                     WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending' AND EXISTS \
                     (SELECT 1 FROM conversation c JOIN endpoint e ON e.id = c.endpoint \
                     WHERE c.id = delivery.conversation AND e.channel = ?)",
                )
                .bind(integer(self.now))
                .bind(channel);
        }
        script
            .add(
                "UPDATE delivery SET state = 'unknown', wake_at = ? \
                 WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending'",
            )
            .bind(integer(self.hold_until));
        script
            .add("SELECT (SELECT COUNT(*) FROM frozen), (SELECT COUNT(*) FROM conversation WHERE last_seq > done_seq)");
        let mut answers = unit.run(script).await?;
        let mut unknown = 0;
        for _ in 0..=self.drop_repeats.len() {
            unknown += answers.take().changes;
        }
        let answer = answers.take();
        let Some(row) = answer.first() else { return Ok(Recovery { unknown, ..Recovery::default() }) };
        let mut fields = Fields::of(row);
        Ok(Recovery { unknown, frozen: fields.number()?, lanes: fields.number()? })
    }
}
