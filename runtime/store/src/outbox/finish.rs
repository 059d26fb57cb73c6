//! Ending an attempt: one round trip where the platform took the delivery and nothing else is to be done.

use async_trait::async_trait;
use sportello_domain::{
    conversation::Stage,
    delivery::{OutboxItem, OutboxState},
};
use sportello_engine::ports::store::{Finish, Finished};

use crate::{
    columns::{Fields, integer, json},
    error::{Done, Failure},
    owner,
    rows::{self, delivery_columns, state_columns},
    script::Script,
    status::{self, Early},
    writer::{Command, Unit},
};

pub(super) struct EndAttempt(pub(super) Finish);

#[async_trait]
impl Command for EndAttempt {
    type Output = Finished;
    const NAME: &'static str = "finish a delivery";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Finished> {
        let finish = &self.0;
        let mut script = Script::new();
        self.settle(&mut script)?;
        script
            .add(concat!(
                "SELECT ",
                delivery_columns!(),
                ", c.stage FROM delivery d JOIN conversation c ON c.id = d.conversation WHERE d.id = ?"
            ))
            .bind(&finish.delivery.as_bytes()[..]);
        let ids = finish.receipt.iter().flat_map(|receipt| &receipt.message_ids);
        for id in ids.clone() {
            status::recognise(&mut script, finish.delivery, id, finish.now);
        }
        let mut answers = unit.run(script).await?;
        let settled = answers.take().changes > 0;
        let answer = answers.take();
        let row = answer.first().ok_or_else(|| Failure::missing("delivery", finish.delivery))?;
        let mut fields = Fields::of(row);
        let (item, stage) = (fields.delivery()?, rows::stage(fields.take()?)?);
        let mut early = Vec::new();
        for _ in ids {
            early.extend(Early::read(&answers.take())?);
            early.extend(Early::read(&answers.take())?);
        }
        self.follow_up(unit, &item, settled).await?;
        for news in &early {
            status::learn(unit, finish.delivery, &news.news, false, &news.notice(finish.now)).await?;
        }
        if stage == Stage::Closing {
            owner::close_when_done(unit, item.conversation).await?;
        }
        // Where nothing was settled and it is open still, this very finish had been taken before.
        let repeated = item.attempt == finish.attempt && item.state == finish.state && !item.state.is_final();
        Ok(if settled || repeated { Finished::Taken } else { Finished::Late })
    }
}

impl EndAttempt {
    /// From the attempt under way, unless this has been done already.
    fn settle(&self, script: &mut Script) -> Done<()> {
        let finish = &self.0;
        let (state, until, detail) = state_columns(&finish.state)?;
        let sent_at = (finish.state == OutboxState::Sent).then(|| integer(finish.now));
        let ids = finish.receipt.as_ref().map(|receipt| json(&receipt.message_ids)).transpose()?;
        script
            .add(
                "UPDATE delivery SET state = ?, wake_at = ?, detail = ?, resends = resends + ?, sent_at = ?, \
                 platform_ids = CASE WHEN platform_ids = '[]' THEN COALESCE(?, platform_ids) ELSE platform_ids END \
                 WHERE id = ? AND attempt = ? AND state IN ('queued', 'sending', 'unknown') \
                 AND (state <> ? OR wake_at <> ?)",
            )
            .bind(state)
            .bind(until)
            .bind(detail)
            .bind(i64::from(finish.resent))
            .bind(sent_at)
            .bind(ids)
            .bind(&finish.delivery.as_bytes()[..])
            .bind(i64::from(finish.attempt))
            .bind(state)
            .bind(until);
        Ok(())
    }

    /// What is seldom to be done besides.
    async fn follow_up(&self, unit: &mut Unit<'_>, item: &OutboxItem, settled: bool) -> Done<()> {
        let finish = &self.0;
        let mut script = Script::new();
        if let Some(receipt) = &finish.receipt {
            keep_receipt(&mut script, item, &receipt.message_ids)?;
            if let Some(memo) = &receipt.memo {
                script
                    .add("UPDATE endpoint SET memo = ? WHERE id = (SELECT endpoint FROM conversation WHERE id = ?)")
                    .bind(memo)
                    .bind(&item.conversation.as_bytes()[..]);
            }
        }
        if let Some(until) = finish.pause_channel {
            script
                .add(
                    "INSERT INTO channel (name, paused_until) SELECT e.channel, ? FROM conversation c \
                     JOIN endpoint e ON e.id = c.endpoint WHERE c.id = ? ON CONFLICT (name) DO UPDATE SET paused_until = \
                     CASE WHEN channel.paused_until > excluded.paused_until THEN channel.paused_until \
                     ELSE excluded.paused_until END",
                )
                .bind(integer(until))
                .bind(&item.conversation.as_bytes()[..]);
        }
        if let (true, Some(reason), Some(line)) = (settled, &finish.cancel_group, item.line) {
            owner::cancel_group(&mut script, item.conversation, line, reason);
        }
        if !script.is_empty() {
            unit.run(script).await?;
        }
        match &finish.tell {
            Some(telling) if settled => owner::tell(unit, item.conversation, telling).await,
            _ => Ok(()),
        }
    }
}

/// A late receipt adds to what is known.
fn keep_receipt(script: &mut Script, item: &OutboxItem, ids: &[String]) -> Done<()> {
    let mut known = item.platform_ids.clone();
    for id in ids {
        if !known.contains(id) {
            known.push(id.clone());
        }
    }
    if known != item.platform_ids {
        script
            .add("UPDATE delivery SET platform_ids = ? WHERE id = ?")
            .bind(json(&known)?)
            .bind(&item.id.as_bytes()[..]);
    }
    Ok(())
}
