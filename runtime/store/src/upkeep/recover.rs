//! What a crash has left behind (rules 8 and 12).

use async_trait::async_trait;
use sportello_domain::Instant;
use sportello_engine::ports::store::Recovery;

use crate::{
    columns::Fields,
    error::Done,
    script::{Answers, Script},
    writer::{Command, Unit},
};

pub(super) struct Recover {
    pub(super) now: Instant,
    pub(super) hold_until: Instant,
    pub(super) unheld: Vec<String>,
}

#[async_trait]
impl Command for Recover {
    type Output = Recovery;
    const NAME: &'static str = "recover";

    fn opening(&self) -> Script {
        let mut script = Script::new();
        for channel in &self.unheld {
            script
                .add(
                    "UPDATE delivery SET state = 'unknown', wake_at = ? \
                     WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending' AND EXISTS \
                     (SELECT 1 FROM conversation c JOIN endpoint e ON e.id = c.endpoint \
                     WHERE c.id = delivery.conversation AND e.channel = ?)",
                )
                .bind(self.now)
                .bind(channel);
        }
        script
            .add(
                "UPDATE delivery SET state = 'unknown', wake_at = ? \
                 WHERE state IN ('queued', 'sending', 'unknown') AND state = 'sending'",
            )
            .bind(self.hold_until);
        script
            .add("SELECT (SELECT COUNT(*) FROM frozen), (SELECT COUNT(*) FROM conversation WHERE last_seq > done_seq)");
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<Recovery> {
        let mut answers = opening?;
        let mut unknown = 0;
        for _ in 0..=self.unheld.len() {
            unknown += answers.take().changes;
        }
        let answer = answers.take();
        let Some(row) = answer.first() else { return Ok(Recovery { unknown, ..Recovery::default() }) };
        let mut fields = Fields::of(row);
        Ok(Recovery { unknown, frozen: fields.number()?, lanes: fields.number()? })
    }
}
