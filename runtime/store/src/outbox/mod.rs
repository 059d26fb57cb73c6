//! Sending (rules 11 to 16).

pub(crate) mod claim;
mod finish;
pub(crate) mod letters;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    delivery::OutboxItem,
    ids::{ConversationId, DeliveryId, TurnId},
};
use sportello_engine::ports::store::{Finish, Finished, Head, Look, NewDelivery, Outbox, Stored};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    rows::delivery_columns,
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Outbox for SqlStore {
    async fn claim_delivery(&self, conversation: ConversationId, look: Look) -> Stored<Head> {
        self.write(claim::ClaimDelivery { conversation, look }).await
    }

    async fn finish(&self, finish: Finish) -> Stored<Finished> {
        self.write(finish::EndAttempt(finish)).await
    }

    async fn dead_letters(&self, limit: u32) -> Stored<Vec<OutboxItem>> {
        self.read(letters::Dead(limit)).await
    }

    async fn resend(&self, delivery: DeliveryId, now: Instant, expires_at: Instant) -> Stored<ConversationId> {
        self.write(letters::Resend { delivery, now, expires_at }).await
    }

    async fn delivery(&self, delivery: DeliveryId) -> Stored<Option<OutboxItem>> {
        self.read(One(delivery)).await
    }
}

struct One(DeliveryId);

impl Operation for One {
    type Output = Option<OutboxItem>;
    const NAME: &'static str = "read a delivery";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<OutboxItem>> {
        read(unit, self.0).await
    }
}

/// A delivery as it stands.
pub(crate) async fn read(unit: &mut Unit<'_>, id: DeliveryId) -> Done<Option<OutboxItem>> {
    let one = Statement::of(concat!("SELECT ", delivery_columns!(), " FROM delivery d WHERE d.id = $1"));
    unit.run(one.bind(id)).await?.first().map(|mut row| row.delivery()).transpose()
}

/// Draws places at the end of the outbox, and puts deliveries there under the epoch that stands.
pub(crate) async fn add(unit: &mut Unit<'_>, conversation: ConversationId, deliveries: &[NewDelivery]) -> Done<()> {
    let draw = Statement::of(
        "UPDATE conversation SET last_position = last_position + $1 WHERE id = $2 RETURNING last_position, owner_epoch",
    );
    let drawn = unit.run(draw.bind(deliveries.len() as u64).bind(conversation)).await?.first();
    let mut drawn = drawn.ok_or_else(|| Failure::missing("conversation", conversation))?;
    let place = Place { conversation, turn: None, last: drawn.number()?, owner_epoch: drawn.number()? };
    fill(unit, place, deliveries).await
}

/// Where deliveries belong.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) conversation: ConversationId,
    pub(crate) turn: Option<TurnId>,
    /// The last of the positions that were drawn for them.
    pub(crate) last: u64,
    /// The epoch that stands by then.
    pub(crate) owner_epoch: u64,
}

/// Puts deliveries at the places that were drawn for them.
pub(crate) async fn fill(unit: &mut Unit<'_>, place: Place, deliveries: &[NewDelivery]) -> Done<()> {
    for (position, new) in (place.last + 1 - deliveries.len() as u64..).zip(deliveries) {
        let put = Statement::of(
            "INSERT INTO delivery (id, conversation, position, turn, ordinal, line, author, act, owner_epoch, \
             wake_at, expires_at, sign) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(new.id)
        .bind(place.conversation)
        .bind(position)
        .bind(place.turn)
        .bind(new.ordinal)
        .bind(new.line)
        .json(&new.author)
        .json(&new.act)
        .bind(place.owner_epoch)
        .bind(new.due_at)
        .bind(new.expires_at)
        .bind(new.act.is_sign());
        unit.run(put).await?;
    }
    Ok(())
}
