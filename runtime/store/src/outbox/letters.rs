//! Dead letters.

use sportello_domain::{
    Instant,
    delivery::OutboxItem,
    ids::{ConversationId, DeliveryId},
};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    owner,
    rows::delivery_columns,
    sql::Statement,
    status,
};

/// The newest ones, so many.
pub(super) struct Dead(pub(super) u32);

impl Operation for Dead {
    type Output = Vec<OutboxItem>;
    const NAME: &'static str = "read dead letters";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<OutboxItem>> {
        let dead = Statement::of(concat!(
            "SELECT ",
            delivery_columns!(),
            " FROM delivery d WHERE d.ended = 2 ORDER BY d.id DESC LIMIT $1"
        ));
        unit.run(dead.bind(self.0)).await?.all().map(|mut row| row.delivery()).collect()
    }
}

pub(crate) struct Resend {
    pub(crate) delivery: DeliveryId,
    pub(crate) now: Instant,
    pub(crate) expires_at: Instant,
}

impl Operation for Resend {
    type Output = ConversationId;
    const NAME: &'static str = "resend a dead letter";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<ConversationId> {
        owner::lock_of(unit, self.delivery).await?;
        let state = Statement::of("SELECT ended FROM delivery WHERE id = $1").bind(self.delivery);
        let found = unit.run(state).await?.first();
        if found.ok_or_else(|| Failure::missing("delivery", self.delivery))?.number()? != 2 {
            let id = self.delivery;
            return Err(Failure::conflict(format!("delivery {id} is no dead letter: there is nothing to resend")));
        }
        self.again(unit).await
    }
}

impl Resend {
    /// Puts a delivery at the end of its outbox, as if it had never left; its lane is locked.
    pub(crate) async fn again(&self, unit: &mut Unit<'_>) -> Done<ConversationId> {
        let look = Statement::of(concat!(
            "SELECT ",
            delivery_columns!(),
            ", e.channel, e.account FROM delivery d JOIN conversation c ON c.id = d.conversation \
             JOIN endpoint e ON e.id = c.endpoint WHERE d.id = $1"
        ));
        let found = unit.run(look.bind(self.delivery)).await?.first();
        let mut row = found.ok_or_else(|| Failure::missing("delivery", self.delivery))?;
        let item = row.delivery()?;
        let (channel, account) = (row.text()?, row.text()?);
        status::disown(unit, &channel, &account, self.delivery, &item.platform_ids).await?;
        self.put_last(unit, item.conversation).await?;
        Ok(item.conversation)
    }

    async fn put_last(&self, unit: &mut Unit<'_>, conversation: ConversationId) -> Done<()> {
        let draw = Statement::of(
            "UPDATE conversation SET last_position = last_position + 1 WHERE id = $1 \
             RETURNING last_position, owner_epoch",
        );
        let drawn = unit.run(draw.bind(conversation)).await?.first();
        let mut drawn = drawn.ok_or_else(|| Failure::missing("conversation", conversation))?;
        let put = Statement::of(
            "UPDATE delivery SET position = $1, owner_epoch = $2, state = 'queued', wake_at = $3, detail = NULL, \
             ended = 0, attempt = 0, resends = 0, expires_at = $4, platform_ids = '[]', progress = NULL, \
             sent_at = NULL WHERE id = $5",
        );
        let put = put.bind(drawn.number()?).bind(drawn.number()?).bind(self.now).bind(self.expires_at);
        unit.run(put.bind(self.delivery)).await.map(|_| ())
    }
}
