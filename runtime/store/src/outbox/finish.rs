//! Ending an attempt: one round trip where the platform took the delivery and nothing else is to be done.

use async_trait::async_trait;
use sportello_domain::{
    conversation::Stage,
    delivery::{OutboxItem, OutboxState},
};
use sportello_engine::ports::store::{Finish, Finished};

use super::claim::ClaimDelivery;
use crate::{
    columns::Fields,
    error::{Done, Failure},
    owner,
    rows::{self, bind_state, delivery_columns},
    script::{Answers, Script},
    status::{self, Early},
    writer::{Command, Unit},
};

pub(super) struct EndAttempt(pub(super) Finish);

#[async_trait]
impl Command for EndAttempt {
    type Output = Finished;
    const NAME: &'static str = "finish a delivery";

    fn opening(&self) -> Script {
        let finish = &self.0;
        let mut script = Script::new();
        self.settle(&mut script);
        script
            .add(concat!(
                "SELECT ",
                delivery_columns!(),
                ", c.stage FROM delivery d JOIN conversation c ON c.id = d.conversation WHERE d.id = ?"
            ))
            .bind(finish.delivery);
        for id in finish.receipt.iter().flat_map(|receipt| &receipt.message_ids) {
            status::recognise(&mut script, finish.delivery, id, finish.now);
        }
        script
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<Finished> {
        let finish = &self.0;
        let mut answers = opening?;
        let settled = answers.take().changes > 0;
        let answer = answers.take();
        let row = answer.first().ok_or_else(|| Failure::missing("delivery", finish.delivery))?;
        let mut fields = Fields::of(row);
        let (item, stage) = (fields.delivery()?, rows::stage(fields.take()?)?);
        let mut early = Vec::new();
        for _ in finish.receipt.iter().flat_map(|receipt| &receipt.message_ids) {
            early.extend(Early::read(&answers.take())?);
            answers.skip(1);
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
        let head = match finish.next {
            Some(deadline) => {
                let next = ClaimDelivery { conversation: item.conversation, now: finish.now, deadline };
                Some(unit.also(next).await?)
            }
            None => None,
        };
        Ok(Finished { late: !(settled || repeated), head })
    }
}

impl EndAttempt {
    /// From the attempt under way, unless this has been done already.
    fn settle(&self, script: &mut Script) {
        let finish = &self.0;
        let sent_at = (finish.state == OutboxState::Sent).then_some(finish.now);
        let ids = finish.receipt.as_ref().map(|receipt| &receipt.message_ids);
        script.add(
            "UPDATE delivery SET state = ?, wake_at = ?, detail = ?, resends = resends + ?, sent_at = ?, \
             platform_ids = CASE WHEN platform_ids = '[]' THEN COALESCE(?, platform_ids) ELSE platform_ids END \
             WHERE id = ? AND attempt = ? AND state IN ('queued', 'sending', 'unknown') \
             AND NOT (state = ? AND wake_at = ? AND COALESCE(detail, '') = COALESCE(?, ''))",
        );
        bind_state(script, &finish.state);
        script.bind(finish.resent).bind(sent_at).maybe_json(ids).bind(finish.delivery).bind(finish.attempt);
        bind_state(script, &finish.state);
    }

    /// What is seldom to be done besides.
    async fn follow_up(&self, unit: &mut Unit<'_>, item: &OutboxItem, settled: bool) -> Done<()> {
        let finish = &self.0;
        let mut script = Script::new();
        if let Some(receipt) = &finish.receipt {
            keep_receipt(&mut script, item, &receipt.message_ids);
            if let Some(memo) = &receipt.memo {
                script
                    .add("UPDATE endpoint SET memo = ? WHERE id = (SELECT endpoint FROM conversation WHERE id = ?)")
                    .bind(memo)
                    .bind(item.conversation);
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
                .bind(until)
                .bind(item.conversation);
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
fn keep_receipt(script: &mut Script, item: &OutboxItem, ids: &[String]) {
    let mut known = item.platform_ids.clone();
    for id in ids {
        if !known.contains(id) {
            known.push(id.clone());
        }
    }
    if known != item.platform_ids {
        script.add("UPDATE delivery SET platform_ids = ? WHERE id = ?").json(&known).bind(item.id);
    }
}
