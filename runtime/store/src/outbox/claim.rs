//! Looking at the head of an outbox, and making it `sending` where it may leave.

use sportello_domain::{
    Instant,
    contract::Author,
    delivery::{OutboxItem, OutboxState},
    ids::ConversationId,
};
use sportello_engine::ports::store::{Head, Look, OWNER_CHANGED, Sending};

use crate::{
    error::Done,
    operation::{NodeId, Operation, Unit},
    owner,
    rows::delivery_columns,
    sql::{Fields, Statement},
};

/// How long another node is given that sends longer than it should; milliseconds.
const PATIENCE: Instant = 1_000;

pub(crate) struct ClaimDelivery {
    pub(crate) conversation: ConversationId,
    pub(crate) look: Look,
}

impl Operation for ClaimDelivery {
    type Output = Head;
    const NAME: &'static str = "claim a delivery";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Head> {
        owner::lock(unit, self.conversation).await?;
        let mut cancelled = false;
        let head = loop {
            let head = Statement::of(concat!(
                "SELECT c.owner_epoch, h.paused_until, d.node, ",
                delivery_columns!(),
                ", e.channel, e.account, e.address, e.visibility, e.parent, e.memo \
                 FROM delivery d JOIN conversation c ON c.id = d.conversation JOIN endpoint e ON e.id = c.endpoint \
                 LEFT JOIN channel h ON h.name = e.channel WHERE d.conversation = $1 AND d.ended = 0 \
                 ORDER BY d.position LIMIT 1"
            ));
            let Some(mut row) = unit.run(head.bind(self.conversation)).await?.first() else { break Head::Idle };
            let (epoch, paused_until) = (row.number()?, row.maybe_number()?.unwrap_or(0));
            let sender = row.node()?;
            let item = row.delivery()?;
            if !is_superseded(&item, epoch) {
                break self.decide(unit, item, (paused_until, sender), row).await?;
            }
            let cancel = Statement::of(
                "UPDATE delivery SET state = 'cancelled', wake_at = 0, detail = $1, ended = 1 WHERE id = $2",
            );
            unit.run(cancel.bind(OWNER_CHANGED).bind(item.id)).await?;
            cancelled = true;
        };
        if cancelled {
            owner::close_when_done(unit, self.conversation).await?;
        }
        Ok(head)
    }
}

/// Rule 11: a bot's delivery under an older epoch never leaves.
fn is_superseded(item: &OutboxItem, epoch: u64) -> bool {
    matches!(item.state, OutboxState::Queued { .. }) && item.author == Author::Bot && item.owner_epoch < epoch
}

impl ClaimDelivery {
    async fn decide(
        &self,
        unit: &mut Unit<'_>,
        item: OutboxItem,
        (paused_until, sender): (Instant, Option<NodeId>),
        row: Fields,
    ) -> Done<Head> {
        let now = self.look.now;
        Ok(match item.state {
            OutboxState::Queued { .. } if item.expires_at < now => Head::Lapsed(item),
            OutboxState::Queued { due_at } if due_at <= now && paused_until <= now => {
                Head::Send(self.begin(unit, item, row).await?)
            }
            OutboxState::Queued { due_at } => {
                Head::Wait(due_at.max(paused_until).min(item.expires_at.saturating_add(1)))
            }
            OutboxState::Sending { deadline: until } | OutboxState::Unknown { hold_until: until } if until > now => {
                Head::Wait(until)
            }
            // Whoever sends it knows best, while it lives.
            OutboxState::Sending { .. } if unit.is_elsewhere(sender).await? => Head::Wait(now + PATIENCE),
            _ => Head::Unsettled(item),
        })
    }

    /// Rule 12: durable before the first byte.
    async fn begin(&self, unit: &mut Unit<'_>, mut item: OutboxItem, mut row: Fields) -> Done<Sending> {
        unit.is_elsewhere(None).await?;
        item.state = OutboxState::Sending { deadline: self.look.deadline };
        item.attempt += 1;
        let begin =
            Statement::of("UPDATE delivery SET state = 'sending', wake_at = $1, attempt = $2, node = $3 WHERE id = $4");
        unit.run(begin.bind(self.look.deadline).bind(item.attempt).bind(unit.node()).bind(item.id)).await?;
        let (channel, account, thread) = (row.text()?, row.optional_text()?, row.thread()?);
        Ok(Sending { item, channel, account, thread })
    }
}
