//! Dead letters.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};

use crate::{
    columns::Fields,
    dialect::Pool,
    error::{Done, Failure},
    rows::delivery_columns,
    script::{Answers, Script},
    writer::{Command, Unit},
};

pub(super) async fn dead(pool: &Pool, limit: u32) -> Done<Vec<OutboxItem>> {
    let mut script = Script::of(concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM delivery d WHERE d.state IN ('dead', 'expired', 'unresolved') ORDER BY d.id DESC LIMIT ?"
    ));
    script.bind(limit);
    script.ask(pool).await?.take().rows.iter().map(|row| Fields::of(row).delivery()).collect()
}

pub(super) struct Resend {
    pub(super) delivery: DeliveryId,
    pub(super) now: Instant,
    pub(super) expires_at: Instant,
}

#[async_trait]
impl Command for Resend {
    type Output = ConversationId;
    const NAME: &'static str = "resend a dead letter";

    async fn run(&self, unit: &mut Unit<'_>, _: Done<Answers>) -> Done<ConversationId> {
        let mut script = Script::of(concat!(
            "SELECT ",
            delivery_columns!(),
            ", e.channel, e.account, e.address FROM delivery d JOIN conversation c ON c.id = d.conversation \
             JOIN endpoint e ON e.id = c.endpoint WHERE d.id = ?"
        ));
        script.bind(self.delivery);
        let answer = unit.run(script).await?.take();
        let row = answer.first().ok_or_else(|| Failure::missing("delivery", self.delivery))?;
        let mut fields = Fields::of(row);
        let item = fields.delivery()?;
        if !matches!(item.state, OutboxState::Dead(_) | OutboxState::Expired | OutboxState::Unresolved) {
            let id = self.delivery;
            return Err(Failure::conflict(format!("delivery {id} is no dead letter: there is nothing to resend")));
        }
        let (channel, account, address) = (fields.text()?, fields.text()?, fields.text()?);
        let mut script = Script::new();
        for id in &item.platform_ids {
            script
                .add(
                    "DELETE FROM told WHERE channel = ? AND account = ? AND platform_id = ? AND address = ? \
                     AND delivery = ?",
                )
                .bind(&channel)
                .bind(&account)
                .bind(id)
                .bind(&address)
                .bind(self.delivery);
        }
        script.add("UPDATE conversation SET last_position = last_position + 1 WHERE id = ?").bind(item.conversation);
        script
            .add(
                "UPDATE delivery SET position = (SELECT c.last_position FROM conversation c WHERE c.id = conversation), \
                 owner_epoch = (SELECT c.owner_epoch FROM conversation c WHERE c.id = conversation), state = 'queued', \
                 wake_at = ?, detail = NULL, attempt = 0, resends = 0, expires_at = ?, platform_ids = '[]', \
                 progress = NULL, sent_at = NULL WHERE id = ?",
            )
            .bind(self.now)
            .bind(self.expires_at)
            .bind(self.delivery);
        unit.run(script).await?;
        Ok(item.conversation)
    }
}
