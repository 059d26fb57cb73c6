//! Claiming a lane: one round trip bumps its token and brings all that a turn may know.

use async_trait::async_trait;
use sportello_domain::{
    contract::{Bytes, Memory},
    ids::ConversationId,
    inbox::{Arrival, InboxItem},
};
use sportello_engine::ports::store::{Claim, Frozen, FrozenIntent, KeptMemory};

use crate::{
    columns::Fields,
    error::{Done, Failure},
    rows::{contact_columns, conversation_columns},
    script::{Answer, Answers, Script},
    writer::{Command, Unit},
};

pub(crate) struct ClaimLane {
    pub(crate) conversation: ConversationId,
    pub(crate) history: u32,
    /// Only where this is the head.
    pub(crate) head: Option<u64>,
}

#[async_trait]
impl Command for ClaimLane {
    type Output = Option<Claim>;
    const NAME: &'static str = "claim a lane";

    fn opening(&self) -> Script {
        let id = self.conversation;
        let mut script = Script::new();
        script
            .add(
                "UPDATE conversation SET lane_token = lane_token + 1 \
                 WHERE id = ? AND last_seq > done_seq AND done_seq + 1 = COALESCE(?, done_seq + 1)",
            )
            .bind(id)
            .bind(self.head);
        script
            .add(concat!(
                "SELECT ",
                conversation_columns!(),
                ", ",
                contact_columns!(),
                ", i.seq, i.accepted_at, i.answerable, i.arrival FROM conversation c JOIN endpoint e ON e.id = c.endpoint \
                 JOIN contact k ON k.id = c.contact \
                 LEFT JOIN inbox i ON i.conversation = c.id AND i.seq = c.done_seq + 1 WHERE c.id = ?"
            ))
            .bind(id);
        script
            .add("SELECT skill, version, data FROM memory WHERE conversation = ? ORDER BY skill, written DESC")
            .bind(id);
        script
            .add(
                "SELECT voice, contents, at FROM line WHERE conversation = ? AND voice <> '\"note\"' AND (seq IS NULL \
                 OR seq <= (SELECT done_seq FROM conversation WHERE id = ?)) ORDER BY position DESC LIMIT ?",
            )
            .bind(id)
            .bind(id)
            .bind(self.history);
        script
            .add(
                "SELECT f.seq, f.turn, f.input, n.position, n.digest, n.request, n.outcome FROM frozen f \
                 JOIN intent n ON n.conversation = f.conversation WHERE f.conversation = ? ORDER BY n.position",
            )
            .bind(id);
        script
    }

    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<Option<Claim>> {
        let mut answers = opening?;
        let claimed = answers.take().changes > 0;
        let head = answers.take();
        let missing = || Failure::missing("conversation", self.conversation);
        let mut fields = Fields::of(head.first().ok_or_else(missing)?);
        let (conversation, contact) = (fields.conversation()?, fields.contact()?);
        let Some(seq) = fields.maybe_number()?.filter(|_| claimed) else { return Ok(None) };
        let item =
            InboxItem { seq, accepted_at: fields.number()?, answerable: fields.take()?, arrival: fields.json()? };
        let memories = memories(&answers.take())?;
        let mut history = Vec::new();
        for row in answers.take().rows.iter().rev() {
            history.extend(Fields::of(row).heard()?);
        }
        let frozen = frozen(&answers.take(), seq)?;
        let stale = is_stale(unit, self.conversation, &item.arrival).await?;
        Ok(Some(Claim { conversation, contact, item, memories, history, frozen, stale }))
    }
}

/// Of each skill the last one written.
fn memories(answer: &Answer) -> Done<Vec<KeptMemory>> {
    let mut last: Vec<KeptMemory> = Vec::new();
    for row in &answer.rows {
        let mut fields = Fields::of(row);
        let skill = fields.text()?;
        let memory = Memory { version: fields.count()?, data: Bytes(fields.take()?) };
        if last.last().is_none_or(|kept| kept.skill != skill) {
            last.push(KeptMemory { skill, memory });
        }
    }
    Ok(last)
}

fn frozen(answer: &Answer, head: u64) -> Done<Option<Frozen>> {
    let mut frozen: Option<Frozen> = None;
    for row in &answer.rows {
        let mut fields = Fields::of(row);
        if fields.number()? != head {
            return Ok(None);
        }
        let (turn, input) = (fields.id()?, fields.text()?);
        let frozen = frozen.get_or_insert(Frozen { turn, input, intents: Vec::new() });
        frozen.intents.push(FrozenIntent {
            position: fields.count()?,
            digest: fields.digest()?,
            request: fields.json()?,
            outcome: super::freeze::read_outcome(fields.take()?)?,
        });
    }
    Ok(frozen)
}

async fn is_stale(unit: &mut Unit<'_>, conversation: ConversationId, arrival: &Arrival) -> Done<bool> {
    let Arrival::Scheduled(due) = arrival else { return Ok(false) };
    let mut script = Script::of("SELECT generation FROM schedule WHERE id = ? AND conversation = ?");
    script.bind(due.id).bind(conversation);
    let answer = unit.run(script).await?.take();
    let generation = answer.first().map(|row| Fields::of(row).number()).transpose()?;
    Ok(generation != Some(due.generation))
}
