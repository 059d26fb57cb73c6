//! Writing an event into its conversation, at places drawn from the conversation's row (rule 2).

use sportello_domain::{
    Instant,
    contract::Happening,
    conversation::{Stage, Voice},
    ids::ConversationId,
    inbox::Arrival,
};
use sportello_engine::ports::store::{Accepted, Incoming};

use super::{Scene, find::Open};
use crate::{
    error::Done,
    operation::Unit,
    sql::{Statement, Value},
};

/// How far a conversation has come.
pub(super) struct Lane {
    id: ConversationId,
    stage: Stage,
    last_seq: u64,
    last_line: u64,
    last_customer_at: Option<Instant>,
}

impl Lane {
    /// One that was opened just now.
    pub(super) fn new(id: ConversationId) -> Self {
        Self { id, stage: Stage::Open, last_seq: 0, last_line: 0, last_customer_at: None }
    }

    pub(super) fn of(open: &Open) -> Self {
        let conversation = &open.conversation;
        Self {
            id: conversation.id,
            stage: conversation.stage,
            last_seq: conversation.last_seq,
            last_line: open.last_line,
            last_customer_at: conversation.last_customer_at,
        }
    }
}

pub(super) async fn enter(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    incoming: &Incoming,
    mut lane: Lane,
) -> Done<Accepted> {
    let event = &incoming.event;
    let said = match &event.happening {
        Happening::Message(message) => Some((Voice::Customer, &message.contents)),
        Happening::Echo(message) => Some((Voice::Echo, &message.contents)),
        _ => None,
    };
    let is_echo = matches!(event.happening, Happening::Echo(_));
    let seq = (!is_echo).then_some(lane.last_seq + 1);
    lane.last_seq = seq.unwrap_or(lane.last_seq);
    if let Some((voice, contents)) = said {
        lane.last_line += 1;
        if voice == Voice::Customer {
            lane.last_customer_at = lane.last_customer_at.max(Some(event.at.min(scene.now)));
        }
        let write = Statement::of(
            "INSERT INTO line (conversation, position, id, seq, voice, contents, at, platform_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(lane.id)
        .bind(lane.last_line)
        .bind(incoming.fresh.line)
        .bind(seq)
        .json(&voice)
        .json(contents)
        .bind(event.at)
        .bind(&event.id);
        unit.run(write).await?;
    }
    move_on(unit, scene, &lane).await?;
    let Some(seq) = seq else { return Ok(Accepted::Noted(lane.id)) };
    let arrival = Arrival::Event(event.clone());
    let (conversation, answerable) = (lane.id, incoming.answerable);
    enqueue(unit, NewItem { conversation, seq, accepted_at: scene.now, answerable, arrival: &arrival }).await?;
    Ok(Accepted::Queued { conversation, seq })
}

async fn move_on(unit: &mut Unit<'_>, scene: Scene<'_>, lane: &Lane) -> Done<()> {
    let move_on = Statement::of(
        "UPDATE conversation SET last_seq = $1, last_line = $2, active_at = $3, last_customer_at = $4 WHERE id = $5",
    );
    let move_on = move_on.bind(lane.last_seq).bind(lane.last_line).bind(scene.now).bind(lane.last_customer_at);
    unit.run(move_on.bind(lane.id)).await?;
    if lane.stage == Stage::Closing {
        unit.run(Statement::of("UPDATE conversation SET stage = 'open' WHERE id = $1").bind(lane.id)).await?;
    }
    Ok(())
}

/// An item for the end of a lane.
pub(crate) struct NewItem<'a> {
    pub(crate) conversation: ConversationId,
    pub(crate) seq: u64,
    pub(crate) accepted_at: Instant,
    pub(crate) answerable: bool,
    pub(crate) arrival: &'a Arrival,
}

/// Puts an item at the place that was drawn for it.
pub(crate) async fn enqueue(unit: &mut Unit<'_>, item: NewItem<'_>) -> Done<()> {
    let (schedule, generation) = match item.arrival {
        Arrival::Scheduled(due) => (due.id.into(), due.generation.into()),
        _ => (Value::Null, Value::Null),
    };
    let put = Statement::of(
        "INSERT INTO inbox (conversation, seq, accepted_at, answerable, arrival, schedule, generation) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let put = put.bind(item.conversation).bind(item.seq).bind(item.accepted_at).bind(item.answerable);
    unit.run(put.json(item.arrival).bind(schedule).bind(generation)).await.map(|_| ())
}
