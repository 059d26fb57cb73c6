//! Wishes of skills to be called again (rule 10).

use sportello_domain::{
    Instant,
    ids::{ConversationId, ScheduleId},
    inbox::{Arrival, DueSchedule},
};
use sportello_engine::ports::store::ScheduleChange;

use crate::{
    error::{Done, Failure},
    intake::{NewItem, enqueue},
    operation::{Operation, Unit},
    owner,
    sql::Statement,
};

/// `held`: what is set does not come due before an operator releases it (rule 21).
pub(crate) async fn change(
    unit: &mut Unit<'_>,
    conversation: ConversationId,
    change: &ScheduleChange,
    held: bool,
) -> Done<()> {
    let change = match change {
        ScheduleChange::Set { id, skill, tag, due_at } => Statement::of(
            "INSERT INTO schedule (id, conversation, skill, tag, due_at, fired) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (conversation, skill, tag) \
             DO UPDATE SET generation = schedule.generation + 1, due_at = excluded.due_at, fired = excluded.fired",
        )
        .bind(*id)
        .bind(conversation)
        .bind(skill)
        .bind(tag)
        .bind(*due_at)
        .bind(if held { 2_u64 } else { 0 }),
        ScheduleChange::Cancel { skill, tag } => {
            Statement::of("DELETE FROM schedule WHERE conversation = $1 AND skill = $2 AND tag = $3")
                .bind(conversation)
                .bind(skill)
                .bind(tag)
        }
    };
    unit.run(change).await.map(|_| ())
}

/// A schedule whose item is done is over, unless it was set again.
pub(crate) async fn end(unit: &mut Unit<'_>, id: ScheduleId, generation: u64) -> Done<()> {
    let end = Statement::of("DELETE FROM schedule WHERE id = $1 AND generation = $2");
    unit.run(end.bind(id).bind(generation)).await.map(|_| ())
}

/// Whether an item's schedule was cancelled or set again since.
pub(crate) async fn is_stale(unit: &mut Unit<'_>, conversation: ConversationId, arrival: &Arrival) -> Done<bool> {
    let Arrival::Scheduled(due) = arrival else { return Ok(false) };
    let ask = Statement::of("SELECT generation FROM schedule WHERE id = $1 AND conversation = $2");
    let found = unit.run(ask.bind(due.id).bind(conversation)).await?.first();
    let generation = found.map(|mut row| row.number()).transpose()?;
    Ok(generation != Some(due.generation))
}

pub(crate) struct Fire {
    pub(crate) now: Instant,
    pub(crate) limit: u32,
}

impl Operation for Fire {
    type Output = Vec<ConversationId>;
    const NAME: &'static str = "fire schedules";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<ConversationId>> {
        let due = Statement::of(
            "SELECT s.id, s.conversation, s.skill, s.tag, s.generation FROM schedule s \
             JOIN conversation c ON c.id = s.conversation \
             WHERE s.fired = 0 AND s.due_at <= $1 AND c.owner_kind = 'bot' AND c.stage = 'open' \
             ORDER BY s.due_at, s.conversation, s.skill, s.tag LIMIT $2",
        );
        let mut lanes: Vec<ConversationId> = Vec::new();
        // As it was found, though somebody may have come first.
        for mut row in unit.run(due.bind(self.now).bind(self.limit)).await?.all() {
            let (id, conversation) = (row.id()?, row.id()?);
            let (skill, tag, generation) = (row.text()?, row.text()?, row.number()?);
            let entered = self.enter(unit, conversation, DueSchedule { id, generation, skill, tag }).await?;
            if entered && !lanes.contains(&conversation) {
                lanes.push(conversation);
            }
        }
        Ok(lanes)
    }
}

impl Fire {
    async fn enter(&self, unit: &mut Unit<'_>, conversation: ConversationId, due: DueSchedule) -> Done<bool> {
        owner::lock(unit, conversation).await?;
        let fire = Statement::of(
            "UPDATE schedule SET fired = 1 WHERE id = $1 AND generation = $2 AND fired = 0 AND EXISTS \
             (SELECT 1 FROM conversation c WHERE c.id = $3 AND c.owner_kind = 'bot' AND c.stage = 'open')",
        );
        if unit.run(fire.bind(due.id).bind(due.generation).bind(conversation)).await?.changes == 0 {
            return Ok(false);
        }
        let draw = Statement::of(
            "UPDATE conversation SET last_seq = last_seq + 1, active_at = $1 WHERE id = $2 RETURNING last_seq",
        );
        let drawn = unit.run(draw.bind(self.now).bind(conversation)).await?.first();
        let seq = drawn.ok_or_else(|| Failure::missing("conversation", conversation))?.number()?;
        let arrival = Arrival::Scheduled(due);
        let item = NewItem { conversation, seq, accepted_at: self.now, answerable: true, arrival: &arrival };
        enqueue(unit, item).await?;
        Ok(true)
    }
}
