//! Claiming a lane: bumps its token and brings all that a turn may know.

use sportello_domain::{
    contract::{Bytes, Line, Memory},
    conversation::{Contact, Conversation},
    ids::ConversationId,
    inbox::InboxItem,
    revision::RevisionId,
};
use sportello_engine::ports::store::{Claim, Frozen, FrozenIntent, KeptMemory};

use super::freeze::read_outcome;
use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    owner,
    rows::{contact_columns, conversation_columns},
    schedules,
    sql::{Fields, Statement},
};

pub(crate) struct ClaimLane {
    pub(crate) conversation: ConversationId,
    pub(crate) history: u32,
    /// Only where this is the head.
    pub(crate) head: Option<u64>,
}

impl Operation for ClaimLane {
    type Output = Option<Claim>;
    const NAME: &'static str = "claim a lane";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<Claim>> {
        owner::lock(unit, self.conversation).await?;
        let look = Statement::of(concat!(
            "SELECT i.seq, i.accepted_at, i.answerable, i.arrival, c.frozen, c.lane_node, ",
            conversation_columns!(),
            ", ",
            contact_columns!(),
            " FROM conversation c JOIN endpoint e ON e.id = c.endpoint JOIN contact k ON k.id = c.contact \
             LEFT JOIN inbox i ON i.conversation = c.id AND i.seq = c.done_seq + 1 WHERE c.id = $1"
        ));
        let found = unit.run(look.bind(self.conversation)).await?.first();
        let mut row = found.ok_or_else(|| Failure::missing("conversation", self.conversation))?;
        let Some(seq) = row.maybe_number()? else { return Ok(None) };
        if self.head.is_some_and(|head| head != seq) {
            return Ok(None);
        }
        let item = InboxItem { seq, accepted_at: row.number()?, answerable: row.flag()?, arrival: row.json()? };
        let (has_frozen, holder) = (row.flag()?, row.node()?);
        if unit.is_elsewhere(holder).await? {
            return Ok(None);
        }
        let (mut conversation, contact) = (row.conversation()?, row.contact()?);
        conversation.lane_token += 1;
        let bump = Statement::of("UPDATE conversation SET lane_token = $1, lane_node = $2 WHERE id = $3");
        unit.run(bump.bind(conversation.lane_token).bind(unit.node()).bind(self.conversation)).await?;
        let frozen = if has_frozen { frozen(unit, self.conversation, seq).await? } else { None };
        gather(unit, Head { conversation, contact, item, frozen }, self.history).await.map(Some)
    }
}

/// The head of a lane, as its row and item tell it.
struct Head {
    conversation: Conversation,
    contact: Contact,
    item: InboxItem,
    frozen: Option<Frozen>,
}

/// What a turn may know besides.
async fn gather(unit: &mut Unit<'_>, head: Head, lines: u32) -> Done<Claim> {
    let Head { conversation, contact, item, frozen } = head;
    let memories = memories(unit, conversation.id).await?;
    let history = history(unit, &conversation, lines).await?;
    let stale = schedules::is_stale(unit, conversation.id, &item.arrival).await?;
    Ok(Claim { conversation, contact, item, memories, history, frozen, stale })
}

/// Of each skill and version, those of a skill in the order of writing.
async fn memories(unit: &mut Unit<'_>, id: ConversationId) -> Done<Vec<KeptMemory>> {
    let look = Statement::of("SELECT skill, version, data FROM memory WHERE conversation = $1 ORDER BY skill, written");
    let read = |mut row: Fields| {
        let skill = row.text()?;
        let memory = Memory { version: row.count()?, data: Bytes(row.bytes()?) };
        Ok(KeptMemory { skill, memory })
    };
    unit.run(look.bind(id)).await?.all().map(read).collect()
}

/// The last lines of what is done, oldest first.
async fn history(unit: &mut Unit<'_>, conversation: &Conversation, lines: u32) -> Done<Vec<Line>> {
    let look = Statement::of(
        "SELECT voice, contents, at FROM line WHERE conversation = $1 AND voice <> '\"note\"' \
         AND substr(voice, 1, 13) <> '{\"suggestion\"' AND (seq IS NULL OR seq <= $2) ORDER BY position DESC LIMIT $3",
    );
    let look = look.bind(conversation.id).bind(conversation.done_seq).bind(lines);
    let mut history = Vec::new();
    for mut row in unit.run(look).await?.all().rev() {
        history.extend(row.heard()?);
    }
    Ok(history)
}

async fn frozen(unit: &mut Unit<'_>, id: ConversationId, head: u64) -> Done<Option<Frozen>> {
    let look = Statement::of(
        "SELECT f.seq, f.turn, f.revision, f.input, n.position, n.digest, n.request, n.outcome FROM frozen f \
         JOIN intent n ON n.conversation = f.conversation WHERE f.conversation = $1 ORDER BY n.position",
    );
    let mut frozen: Option<Frozen> = None;
    for mut row in unit.run(look.bind(id)).await?.all() {
        if row.number()? != head {
            return Ok(None);
        }
        let (turn, revision, input) = (row.id()?, RevisionId(row.text()?), row.text()?);
        let frozen = frozen.get_or_insert(Frozen { turn, revision, input, intents: Vec::new() });
        frozen.intents.push(FrozenIntent {
            position: row.count()?,
            digest: row.digest()?,
            request: row.json()?,
            outcome: read_outcome(row.maybe_text()?.as_deref())?,
        });
    }
    Ok(frozen)
}
