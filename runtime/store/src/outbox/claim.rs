//! Looking at the head of an outbox: one round trip, whether it may leave or not.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::Author,
    delivery::OutboxState,
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{Head, OWNER_CHANGED, Sending};

use crate::{
    columns::Fields,
    error::Done,
    owner,
    rows::delivery_columns,
    script::{Answers, Script},
    writer::{Command, Unit},
};

pub(crate) struct ClaimDelivery {
    pub(crate) conversation: ConversationId,
    pub(crate) now: Instant,
    pub(crate) deadline: Instant,
}

#[async_trait]
impl Command for ClaimDelivery {
    type Output = Head;
    const NAME: &'static str = "claim a delivery";

    /// Makes the head `sending` where it may leave, and reads it, whatever it is.
    fn opening(&self) -> Script {
        let (id, now) = (self.conversation, self.now);
        let mut script = Script::new();
        script
            .add(
                "UPDATE delivery SET state = 'sending', wake_at = ?, attempt = attempt + 1 WHERE id = \
                 (SELECT d.id FROM delivery d WHERE d.conversation = ? AND d.state IN ('queued', 'sending', 'unknown') \
                 ORDER BY d.position LIMIT 1) AND state = 'queued' AND wake_at <= ? AND expires_at >= ? AND EXISTS \
                 (SELECT 1 FROM conversation c JOIN endpoint e ON e.id = c.endpoint \
                 LEFT JOIN channel h ON h.name = e.channel WHERE c.id = delivery.conversation \
                 AND (delivery.author <> '\"bot\"' OR delivery.owner_epoch >= c.owner_epoch) \
                 AND (h.paused_until IS NULL OR h.paused_until <= ?))",
            )
            .bind(self.deadline)
            .bind(id)
            .bind(now)
            .bind(now)
            .bind(now);
        script
            .add(concat!(
                "SELECT ",
                delivery_columns!(),
                ", c.owner_epoch, h.paused_until, e.channel, e.account, e.address, e.visibility, e.parent, e.memo \
                 FROM delivery d JOIN conversation c ON c.id = d.conversation JOIN endpoint e ON e.id = c.endpoint \
                 LEFT JOIN channel h ON h.name = e.channel WHERE d.conversation = ? \
                 AND d.state IN ('queued', 'sending', 'unknown') ORDER BY d.position LIMIT 1"
            ))
            .bind(id);
        script
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<Head> {
        let mut cancelled = false;
        let mut answers = opening?;
        loop {
            let (head, superseded) = self.read(&mut answers)?;
            let Some(id) = superseded else {
                if cancelled {
                    owner::close_when_done(unit, self.conversation).await?;
                }
                return Ok(head);
            };
            let mut script =
                Script::of("UPDATE delivery SET state = 'cancelled', wake_at = 0, detail = ? WHERE id = ?");
            script.bind(OWNER_CHANGED).bind(id);
            script.append(self.opening());
            answers = unit.run(script).await?;
            answers.skip(1);
            cancelled = true;
        }
    }
}

impl ClaimDelivery {
    /// What the head is; beside it a bot's delivery under an older epoch, which has to go first.
    fn read(&self, answers: &mut Answers) -> Done<(Head, Option<DeliveryId>)> {
        let leaves = answers.take().changes > 0;
        let answer = answers.take();
        let Some(row) = answer.first() else { return Ok((Head::Idle, None)) };
        let mut fields = Fields::of(row);
        let item = fields.delivery()?;
        let (epoch, paused_until) = (fields.number()?, fields.maybe_number()?.unwrap_or(0));
        if leaves {
            let (channel, account, thread) = (fields.text()?, fields.optional_text()?, fields.thread()?);
            return Ok((Head::Send(Sending { item, channel, account, thread }), None));
        }
        let now = self.now;
        let head = match item.state {
            OutboxState::Queued { .. } if item.author == Author::Bot && item.owner_epoch < epoch => {
                return Ok((Head::Idle, Some(item.id)));
            }
            OutboxState::Queued { .. } if item.expires_at < now => Head::Lapsed(item),
            OutboxState::Queued { due_at } => {
                Head::Wait(due_at.max(paused_until).min(item.expires_at.saturating_add(1)))
            }
            OutboxState::Sending { deadline: until } | OutboxState::Unknown { hold_until: until } if until > now => {
                Head::Wait(until)
            }
            _ => Head::Unsettled(item),
        };
        Ok((head, None))
    }
}
