//! All effects of a turn.
//!
//! The first statement moves the lane on if it is as the turn saw it. Where it is not, nothing was changed, and a second look
//! tells why.

use sportello_domain::conversation::Contact;
use sportello_engine::ports::{
    StoreError,
    store::{Committed, Head, LATE_SIGN, MemoryChange, TurnCommit},
};

use crate::{
    error::{Done, Failure},
    held::hold_deliveries,
    operation::{Operation, Unit},
    outbox::{self, claim::ClaimDelivery},
    owner, revisions,
    rows::contact_columns,
    schedules,
    sql::{Fields, Statement},
};

pub(super) struct CommitTurn(pub(super) TurnCommit);

impl Operation for CommitTurn {
    type Output = Committed;
    const NAME: &'static str = "commit a turn";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Committed> {
        let commit = &self.0;
        let Some(mut row) = self.advance(unit).await? else { return self.explain(unit).await };
        let (more, closing, has_frozen) = (row.flag()?, row.flag()?, row.flag()?);
        let (last_line, last_position) = (row.number()?, row.number()?);
        if let Some(owner) = &commit.owner {
            owner::change(unit, commit.conversation, owner).await?;
        }
        let held = self.end_item(unit).await?;
        if has_frozen {
            self.thaw(unit).await?;
        }
        self.keep(unit).await?;
        self.describe(unit).await?;
        owner::fill_lines(unit, commit.conversation, last_line, &commit.lines, &commit.deliveries).await?;
        let place = outbox::Place {
            conversation: commit.conversation,
            turn: Some(commit.record.id),
            last: last_position,
            owner_epoch: commit.owner_epoch + u64::from(commit.owner.is_some()),
        };
        outbox::fill(unit, place, &commit.deliveries).await?;
        if held {
            self.hold(unit).await?;
        }
        revisions::watch(unit, commit.conversation.into(), &commit.watched, commit.record.ended_at).await?;
        if closing {
            owner::close_when_done(unit, commit.conversation).await?;
        }
        Ok(Committed { more, head: self.head(unit).await? })
    }
}

impl CommitTurn {
    /// Checks the lane, moves it on, and draws places for lines and deliveries.
    async fn advance(&self, unit: &mut Unit<'_>) -> Done<Option<Fields>> {
        let commit = &self.0;
        let seq = commit.record.seq;
        let advance = Statement::of(
            "UPDATE conversation SET done_seq = $1, locale = COALESCE($2, locale), active_skill = $3, \
             misunderstandings = $4, greeted = $5, last_line = last_line + $6, last_position = last_position + $7, \
             lane_node = CASE WHEN last_seq > $1 THEN lane_node END WHERE id = $8 AND done_seq = $9 AND last_seq >= $1 AND lane_token = $10 AND owner_epoch = $11 \
             RETURNING last_seq > done_seq, stage = 'closing', frozen, last_line, last_position",
        )
        .bind(seq)
        .bind(commit.locale.as_ref())
        .maybe_json(commit.active_skill.as_ref())
        .bind(commit.misunderstandings)
        .bind(commit.greeted)
        .bind(commit.lines.len() as u64)
        .bind(commit.deliveries.len() as u64)
        .bind(commit.conversation)
        .bind(seq.saturating_sub(1))
        .bind(commit.lane_token)
        .bind(commit.owner_epoch);
        Ok(unit.run(advance).await?.first())
    }

    /// The item goes into the journal; a schedule that brought it is over, unless the turn has set it again. Says whether what
    /// the turn wants said and done later is held (rule 21).
    async fn end_item(&self, unit: &mut Unit<'_>) -> Done<bool> {
        let commit = &self.0;
        let (id, seq) = (commit.conversation, commit.record.seq);
        let take_out = Statement::of(
            "DELETE FROM inbox WHERE conversation = $1 AND seq = $2 RETURNING held, schedule, generation",
        );
        let mut item = unit.run(take_out.bind(id).bind(seq)).await?.first();
        let held = item.as_mut().map_or(Ok(false), |item| item.flag())?;
        for change in &commit.schedules {
            schedules::change(unit, id, change, held).await?;
        }
        if let Some(mut item) = item
            && let Some(schedule) = item.maybe_id()?
        {
            schedules::end(unit, schedule, item.number()?).await?;
        }
        self.enter(unit).await?;
        Ok(held)
    }

    /// The turn into the journal.
    async fn enter(&self, unit: &mut Unit<'_>) -> Done<()> {
        let TurnCommit { conversation, record, instructive, .. } = &self.0;
        let enter = Statement::of("INSERT INTO turn (conversation, seq, ended_at, record) VALUES ($1, $2, $3, $4)");
        unit.run(enter.bind(*conversation).bind(record.seq).bind(record.ended_at).json(record)).await?;
        if *instructive {
            let list = Statement::of(
                "INSERT INTO unread (turn, at) SELECT id, ended_at FROM turn WHERE conversation = $1 AND seq = $2",
            );
            unit.run(list.bind(*conversation).bind(record.seq)).await?;
        }
        Ok(())
    }

    async fn hold(&self, unit: &mut Unit<'_>) -> Done<()> {
        let hold = Statement::of(concat!(hold_deliveries!(), "WHERE conversation = $2 AND turn = $3 AND ended = 0"));
        unit.run(hold.bind(LATE_SIGN).bind(self.0.conversation).bind(self.0.record.id)).await.map(|_| ())
    }

    /// What was frozen for this turn has served.
    async fn thaw(&self, unit: &mut Unit<'_>) -> Done<()> {
        let id = self.0.conversation;
        // What a turn knows is long: it would stay in pages that come free.
        unit.overwrite(true).await?;
        unit.run(Statement::of("DELETE FROM intent WHERE conversation = $1").bind(id)).await?;
        unit.run(Statement::of("DELETE FROM frozen WHERE conversation = $1").bind(id)).await?;
        unit.overwrite(false).await?;
        unit.run(Statement::of("UPDATE conversation SET frozen = 0 WHERE id = $1").bind(id)).await.map(|_| ())
    }

    async fn keep(&self, unit: &mut Unit<'_>) -> Done<()> {
        let commit = &self.0;
        let (id, seq) = (commit.conversation, commit.record.seq);
        for change in &commit.memories {
            let change = match change {
                MemoryChange::Keep(skill, memory) => Statement::of(
                    "INSERT INTO memory (conversation, skill, version, data, written) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (conversation, skill, version) \
                     DO UPDATE SET data = excluded.data, written = excluded.written",
                )
                .bind(id)
                .bind(skill)
                .bind(memory.version)
                .bind(&memory.data.0[..])
                .bind(seq),
                MemoryChange::Drop(skill) => {
                    Statement::of("DELETE FROM memory WHERE conversation = $1 AND skill = $2").bind(id).bind(skill)
                }
            };
            unit.run(change).await?;
        }
        for (ordinal, task) in (0_i64..).zip(&commit.tasks) {
            let open = Statement::of(
                "INSERT INTO task (conversation, seq, ordinal, opened_at, task) VALUES ($1, $2, $3, $4, $5)",
            );
            unit.run(open.bind(id).bind(seq).bind(ordinal).bind(commit.record.ended_at).json(task)).await?;
        }
        Ok(())
    }

    /// Labels of the conversation, and what is known of the customer.
    async fn describe(&self, unit: &mut Unit<'_>) -> Done<()> {
        let commit = &self.0;
        if commit.tags.is_empty() && commit.attributes.is_empty() {
            return Ok(());
        }
        let look = Statement::of(concat!(
            "SELECT c.tags, ",
            contact_columns!(),
            " FROM conversation c JOIN contact k ON k.id = c.contact WHERE c.id = $1"
        ));
        let found = unit.run(look.bind(commit.conversation)).await?.first();
        let mut row = found.ok_or_else(|| Failure::missing("conversation", commit.conversation))?;
        let mut tags: Vec<String> = row.json()?;
        for tag in &commit.tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let label = Statement::of("UPDATE conversation SET tags = $1 WHERE id = $2");
        unit.run(label.json(&tags).bind(commit.conversation)).await?;
        set_attributes(unit, row.contact()?, &commit.attributes).await
    }

    /// The head of the outbox, where somebody is free to send it.
    async fn head(&self, unit: &mut Unit<'_>) -> Done<Option<Head>> {
        let Some(look) = self.0.send else { return Ok(None) };
        ClaimDelivery { conversation: self.0.conversation, look }.run(unit).await.map(Some)
    }

    /// Why the lane is not as the turn saw it.
    async fn explain(&self, unit: &mut Unit<'_>) -> Done<Committed> {
        let commit = &self.0;
        let look = Statement::of("SELECT done_seq, last_seq, lane_token, owner_epoch FROM conversation WHERE id = $1");
        let found = unit.run(look.bind(commit.conversation)).await?.first();
        let mut row = found.ok_or_else(|| Failure::missing("conversation", commit.conversation))?;
        let (done, last, token, owner_epoch) = (row.number()?, row.number()?, row.number()?, row.number()?);
        if commit.record.seq <= done {
            return Ok(Committed { more: last > done, head: self.head(unit).await? });
        }
        if commit.lane_token != token {
            return Err(StoreError::LaneLost.into());
        }
        if commit.owner_epoch != owner_epoch {
            return Err(StoreError::Superseded { owner_epoch }.into());
        }
        Err(Failure::conflict(format!("item {} is not the head of its lane", commit.record.seq)))
    }
}

async fn set_attributes(unit: &mut Unit<'_>, contact: Contact, changes: &[(String, Option<String>)]) -> Done<()> {
    let mut attributes = contact.attributes;
    for (name, value) in changes {
        attributes.retain(|(known, _)| known != name);
        attributes.extend(value.clone().map(|value| (name.clone(), value)));
    }
    attributes.sort();
    let set = Statement::of("UPDATE contact SET attributes = $1 WHERE id = $2");
    unit.run(set.json(&attributes).bind(contact.id)).await.map(|_| ())
}
