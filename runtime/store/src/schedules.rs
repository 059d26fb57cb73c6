//! Wishes of skills to be called again (rule 10).

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ConversationId, ScheduleId},
    inbox::{Arrival, DueSchedule},
};
use sportello_engine::ports::store::ScheduleChange;

use crate::{
    columns::Fields,
    error::Done,
    script::{Answers, Script},
    writer::{Command, Unit},
};

pub(crate) fn change(script: &mut Script, conversation: ConversationId, change: &ScheduleChange) {
    match change {
        ScheduleChange::Set { id, skill, tag, due_at } => script
            .add(
                "INSERT INTO schedule (id, conversation, skill, tag, due_at) VALUES (?, ?, ?, ?, ?) \
                 ON CONFLICT (conversation, skill, tag) \
                 DO UPDATE SET generation = schedule.generation + 1, due_at = excluded.due_at, fired = 0",
            )
            .bind(*id)
            .bind(conversation)
            .bind(skill)
            .bind(tag)
            .bind(*due_at),
        ScheduleChange::Cancel { skill, tag } => script
            .add("DELETE FROM schedule WHERE conversation = ? AND skill = ? AND tag = ?")
            .bind(conversation)
            .bind(skill)
            .bind(tag),
    };
}

/// The schedule that brought this item is over, unless it was set again.
pub(crate) fn end(script: &mut Script, conversation: ConversationId, seq: u64) {
    script
        .add(
            "DELETE FROM schedule WHERE id = (SELECT schedule FROM inbox WHERE conversation = ? AND seq = ?) \
             AND generation = (SELECT generation FROM inbox WHERE conversation = ? AND seq = ?)",
        )
        .bind(conversation)
        .bind(seq)
        .bind(conversation)
        .bind(seq);
}

pub(crate) struct Fire {
    pub(crate) now: Instant,
    pub(crate) limit: u32,
}

#[async_trait]
impl Command for Fire {
    type Output = Vec<ConversationId>;
    const NAME: &'static str = "fire schedules";

    async fn run(&self, unit: &mut Unit<'_>, _: Done<Answers>) -> Done<Vec<ConversationId>> {
        let mut script = Script::of(
            "SELECT s.id, s.conversation, s.skill, s.tag, s.generation FROM schedule s \
             JOIN conversation c ON c.id = s.conversation \
             WHERE s.fired = 0 AND s.due_at <= ? AND c.owner_kind = 'bot' AND c.stage = 'open' \
             ORDER BY s.due_at, s.conversation, s.skill, s.tag LIMIT ?",
        );
        script.bind(self.now).bind(self.limit);
        let due = unit.run(script).await?.take();
        let mut lanes: Vec<ConversationId> = Vec::new();
        for row in &due.rows {
            let mut fields = Fields::of(row);
            let (id, conversation) = (fields.id()?, fields.id()?);
            let (skill, tag, generation) = (fields.text()?, fields.text()?, fields.number()?);
            unit.run(self.enter(conversation, DueSchedule { id, generation, skill, tag })).await?;
            if !lanes.contains(&conversation) {
                lanes.push(conversation);
            }
        }
        Ok(lanes)
    }
}

impl Fire {
    fn enter(&self, conversation: ConversationId, due: DueSchedule) -> Script {
        let mut script = Script::new();
        let (id, generation): (ScheduleId, u64) = (due.id, due.generation);
        script
            .add("UPDATE conversation SET last_seq = last_seq + 1, active_at = ? WHERE id = ?")
            .bind(self.now)
            .bind(conversation);
        script
            .add(
                "INSERT INTO inbox (conversation, seq, accepted_at, answerable, arrival, schedule, generation) \
                 SELECT id, last_seq, ?, ?, ?, ?, ? FROM conversation WHERE id = ?",
            )
            .bind(self.now)
            .bind(true)
            .json(&Arrival::Scheduled(due))
            .bind(id)
            .bind(generation)
            .bind(conversation);
        script.add("UPDATE schedule SET fired = 1 WHERE id = ?").bind(id);
        script
    }
}
