//! Ending an attempt.

use sportello_domain::{
    conversation::Stage,
    delivery::{OutboxItem, OutboxState},
};
use sportello_engine::ports::store::{Finish, Finished};

use super::claim::ClaimDelivery;
use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    owner, revisions,
    rows::{self, bind_state, delivery_columns},
    sql::Statement,
    status::{self, Address},
};

pub(super) struct EndAttempt(pub(super) Finish);

impl Operation for EndAttempt {
    type Output = Finished;
    const NAME: &'static str = "finish a delivery";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Finished> {
        let finish = &self.0;
        owner::lock_of(unit, finish.delivery).await?;
        let look = Statement::of(concat!(
            "SELECT ",
            delivery_columns!(),
            ", c.stage, e.channel, e.account, e.address FROM delivery d JOIN conversation c ON c.id = d.conversation \
             JOIN endpoint e ON e.id = c.endpoint WHERE d.id = $1"
        ));
        let found = unit.run(look.bind(finish.delivery)).await?.first();
        let mut row = found.ok_or_else(|| Failure::missing("delivery", finish.delivery))?;
        let (item, stage) = (row.delivery()?, rows::stage(&row.text()?)?);
        let address = Address { channel: row.text()?, account: row.text()?, address: row.text()? };
        // From the attempt under way, unless this has been done already.
        let same = item.attempt == finish.attempt && !item.state.is_final();
        let settles = same && item.state != finish.state;
        self.settle(unit, &item, settles).await?;
        let mut early = Vec::new();
        for id in finish.receipt.iter().flat_map(|receipt| &receipt.message_ids) {
            early.extend(status::recognise(unit, &address, finish.delivery, id, finish.now).await?);
        }
        self.follow_up(unit, &item, settles).await?;
        if same && let Some(watched) = &finish.watched {
            revisions::watch(unit, finish.delivery.into(), std::slice::from_ref(watched), finish.now).await?;
        }
        for news in &early {
            status::learn(unit, finish.delivery, &news.news, false, &news.notice(finish.now)).await?;
        }
        if stage == Stage::Closing {
            owner::close_when_done(unit, item.conversation).await?;
        }
        let head = match finish.next {
            Some(look) => Some(ClaimDelivery { conversation: item.conversation, look }.run(unit).await?),
            None => None,
        };
        Ok(Finished { late: !same, head })
    }
}

impl EndAttempt {
    /// State and receipt; a late receipt adds to what is known.
    async fn settle(&self, unit: &mut Unit<'_>, item: &OutboxItem, settles: bool) -> Done<()> {
        let finish = &self.0;
        let mut ids = item.platform_ids.clone();
        for id in finish.receipt.iter().flat_map(|receipt| &receipt.message_ids) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        if settles {
            let sent_at = (finish.state == OutboxState::Sent).then_some(finish.now);
            let settle = Statement::of(
                "UPDATE delivery SET state = $1, wake_at = $2, detail = $3, ended = $4, resends = $5, sent_at = $6, \
                 platform_ids = $7 WHERE id = $8",
            );
            let settle = bind_state(settle, &finish.state).bind(item.resends + u32::from(finish.resent));
            unit.run(settle.bind(sent_at).json(&ids).bind(item.id)).await?;
        } else if ids != item.platform_ids {
            let keep = Statement::of("UPDATE delivery SET platform_ids = $1 WHERE id = $2");
            unit.run(keep.json(&ids).bind(item.id)).await?;
        }
        Ok(())
    }

    /// What is seldom to be done besides.
    async fn follow_up(&self, unit: &mut Unit<'_>, item: &OutboxItem, settled: bool) -> Done<()> {
        let finish = &self.0;
        if let Some(memo) = finish.receipt.as_ref().and_then(|receipt| receipt.memo.as_ref()) {
            let keep = Statement::of(
                "UPDATE endpoint SET memo = $1 WHERE id = (SELECT endpoint FROM conversation WHERE id = $2)",
            );
            unit.run(keep.bind(memo).bind(item.conversation)).await?;
        }
        if let Some(until) = finish.pause_channel {
            let pause = Statement::of(
                "INSERT INTO channel (name, paused_until) SELECT e.channel, CAST($1 AS BIGINT) FROM conversation c \
                 JOIN endpoint e ON e.id = c.endpoint WHERE c.id = $2 ON CONFLICT (name) DO UPDATE SET paused_until = \
                 CASE WHEN channel.paused_until > excluded.paused_until THEN channel.paused_until \
                 ELSE excluded.paused_until END",
            );
            unit.run(pause.bind(until).bind(item.conversation)).await?;
        }
        if !settled {
            return Ok(());
        }
        if let (Some(reason), Some(line)) = (&finish.cancel_group, item.line) {
            owner::cancel_group(unit, item.conversation, line, reason).await?;
        }
        match &finish.tell {
            Some(telling) => owner::tell(unit, item.conversation, telling).await,
            None => Ok(()),
        }
    }
}
