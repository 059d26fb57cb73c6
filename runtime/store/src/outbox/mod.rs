//! Sending (rules 11 to 16).

pub(crate) mod claim;
mod finish;
mod letters;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    delivery::OutboxItem,
    ids::{ConversationId, DeliveryId, TurnId},
};
use sportello_engine::ports::store::{Finish, Finished, Head, NewDelivery, Outbox, Stored};

use crate::{columns::Fields, rows::delivery_columns, script::Script, store::SqliteStore};

#[async_trait]
impl Outbox for SqliteStore {
    async fn claim_delivery(&self, conversation: ConversationId, now: Instant, deadline: Instant) -> Stored<Head> {
        self.write(claim::ClaimDelivery { conversation, now, deadline }).await
    }

    async fn finish(&self, finish: Finish) -> Stored<Finished> {
        self.write(finish::EndAttempt(finish)).await
    }

    async fn dead_letters(&self, limit: u32) -> Stored<Vec<OutboxItem>> {
        self.read("read dead letters", async |pool| letters::dead(pool, limit).await).await
    }

    async fn resend(&self, delivery: DeliveryId, now: Instant, expires_at: Instant) -> Stored<ConversationId> {
        self.write(letters::Resend { delivery, now, expires_at }).await
    }

    async fn delivery(&self, delivery: DeliveryId) -> Stored<Option<OutboxItem>> {
        self.read("read a delivery", async |pool| {
            let mut script = Script::of(concat!("SELECT ", delivery_columns!(), " FROM delivery d WHERE d.id = ?"));
            script.bind(delivery);
            let answer = script.ask(pool).await?.take();
            answer.first().map(|row| Fields::of(row).delivery()).transpose()
        })
        .await
    }
}

/// Draws places at the end of the outbox, and puts deliveries there.
pub(crate) fn add(script: &mut Script, conversation: ConversationId, deliveries: &[NewDelivery]) {
    script
        .add("UPDATE conversation SET last_position = last_position + ? WHERE id = ?")
        .bind(deliveries.len() as u64)
        .bind(conversation);
    fill(script, conversation, None, deliveries);
}

/// Puts deliveries at the places that were drawn last, under the epoch that stands by then; one statement each.
pub(crate) fn fill(
    script: &mut Script,
    conversation: ConversationId,
    turn: Option<TurnId>,
    deliveries: &[NewDelivery],
) {
    for (behind, new) in (0..deliveries.len() as u64).rev().zip(deliveries) {
        script
            .add(
                "INSERT INTO delivery (id, conversation, position, turn, ordinal, line, author, act, owner_epoch, \
                 wake_at, expires_at) SELECT ?, id, last_position - ?, ?, ?, ?, ?, ?, owner_epoch, ?, ? \
                 FROM conversation WHERE id = ?",
            )
            .bind(new.id)
            .bind(behind)
            .bind(turn)
            .bind(new.ordinal)
            .bind(new.line)
            .json(&new.author)
            .json(&new.act)
            .bind(new.due_at)
            .bind(new.expires_at)
            .bind(conversation);
    }
}
