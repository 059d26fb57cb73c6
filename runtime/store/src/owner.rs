//! Changes of owner (rule 11), telling people, and the end of a conversation: what several operations do to one.

use sportello_domain::{
    conversation::Owner,
    ids::{ConversationId, DeliveryId, MessageId},
};
use sportello_engine::ports::store::{NewDelivery, NewLine, OWNER_CHANGED, Telling};

use crate::{
    error::{Done, Failure},
    operation::Unit,
    sql::Statement,
};

/// Has others wait who would decide about this conversation.
pub(crate) async fn lock(unit: &mut Unit<'_>, id: ConversationId) -> Done<()> {
    unit.lock(Statement::of("SELECT 1 FROM conversation WHERE id = $1 FOR UPDATE").bind(id)).await
}

/// As [`lock`], by one of its deliveries.
pub(crate) async fn lock_of(unit: &mut Unit<'_>, delivery: DeliveryId) -> Done<()> {
    let lock = Statement::of(
        "SELECT 1 FROM conversation c WHERE c.id = (SELECT d.conversation FROM delivery d WHERE d.id = $1) FOR UPDATE",
    );
    unit.lock(lock.bind(delivery)).await
}

/// Raises the epoch. A person stops the bot's mouth; what the bot said before it handed over by itself goes along.
pub(crate) async fn change(unit: &mut Unit<'_>, id: ConversationId, owner: &Owner) -> Done<()> {
    if matches!(owner, Owner::Queue(_)) {
        let take_along = Statement::of(
            "UPDATE delivery SET owner_epoch = owner_epoch + 1 WHERE conversation = $1 AND ended = 0 \
             AND author = '\"bot\"' AND owner_epoch = (SELECT owner_epoch FROM conversation WHERE id = $1)",
        );
        unit.run(take_along.bind(id)).await?;
    }
    let (queue, since, rank) = match owner {
        Owner::Queue(waiting) => (Some(waiting.queue.as_str()), waiting.since, u32::from(!waiting.hand_over.urgent)),
        _ => (None, 0, 1),
    };
    let change = Statement::of(
        "UPDATE conversation SET owner_epoch = owner_epoch + 1, owner_kind = $1, owner = $2, queue = $3, \
         waiting_since = $4, waiting_rank = $5 WHERE id = $6",
    );
    unit.run(change.bind(owner.kind()).json(owner).bind(queue).bind(since).bind(rank).bind(id)).await?;
    let silence = Statement::of(
        "UPDATE delivery SET state = 'cancelled', wake_at = 0, detail = $1, ended = 1 WHERE conversation = $2 \
         AND ended = 0 AND state = 'queued' AND author = '\"bot\"' \
         AND owner_epoch < (SELECT owner_epoch FROM conversation WHERE id = $2)",
    );
    unit.run(silence.bind(OWNER_CHANGED).bind(id)).await.map(|_| ())
}

/// Adds a note, and puts the conversation in a queue where the bot has it.
pub(crate) async fn tell(unit: &mut Unit<'_>, id: ConversationId, telling: &Telling) -> Done<()> {
    write(unit, id, std::slice::from_ref(&telling.note), &[]).await?;
    let reopen = Statement::of("UPDATE conversation SET stage = 'open' WHERE id = $1 AND stage = 'closing'");
    unit.run(reopen.bind(id)).await?;
    let of_bot = Statement::of("SELECT 1 FROM conversation WHERE id = $1 AND owner_kind = 'bot' AND stage <> 'closed'");
    if unit.run(of_bot.bind(id)).await?.first().is_some() {
        change(unit, id, &Owner::Queue(telling.waiting.clone())).await?;
    }
    Ok(())
}

/// Draws places at the end of the transcript, and writes lines there.
pub(crate) async fn write(
    unit: &mut Unit<'_>,
    id: ConversationId,
    lines: &[NewLine],
    deliveries: &[NewDelivery],
) -> Done<()> {
    let draw = Statement::of("UPDATE conversation SET last_line = last_line + $1 WHERE id = $2 RETURNING last_line");
    let drawn = unit.run(draw.bind(lines.len() as u64).bind(id)).await?.first();
    let last = drawn.ok_or_else(|| Failure::missing("conversation", id))?.number()?;
    fill_lines(unit, id, last, lines, deliveries).await
}

/// Writes lines at places that were drawn, of which this is the last.
pub(crate) async fn fill_lines(
    unit: &mut Unit<'_>,
    id: ConversationId,
    last: u64,
    lines: &[NewLine],
    deliveries: &[NewDelivery],
) -> Done<()> {
    for (position, line) in (last + 1 - lines.len() as u64..).zip(lines) {
        let delivery = deliveries.iter().find(|delivery| delivery.line == Some(line.id));
        let write = Statement::of(
            "INSERT INTO line (conversation, position, id, voice, contents, at, delivery) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let write = write.bind(id).bind(position).bind(line.id).json(&line.voice).json(&line.contents);
        unit.run(write.bind(line.at).bind(delivery.map(|delivery| delivery.id))).await?;
    }
    Ok(())
}

/// Stops the queued parts of a line.
pub(crate) async fn cancel_group(unit: &mut Unit<'_>, id: ConversationId, line: MessageId, reason: &str) -> Done<()> {
    let cancel = Statement::of(
        "UPDATE delivery SET state = 'cancelled', wake_at = 0, detail = $1, ended = 1 \
         WHERE conversation = $2 AND ended = 0 AND state = 'queued' AND line = $3",
    );
    unit.run(cancel.bind(reason).bind(id).bind(line)).await.map(|_| ())
}

/// A closing conversation closes when nothing is pending; its dialogue ends with it.
pub(crate) async fn close_when_done(unit: &mut Unit<'_>, id: ConversationId) -> Done<()> {
    let close = Statement::of(
        "UPDATE conversation SET stage = 'closed' WHERE id = $1 AND stage = 'closing' AND last_seq = done_seq \
         AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.conversation = conversation.id AND d.ended = 0)",
    );
    if unit.run(close.bind(id)).await?.changes > 0 {
        forget_dialogue(unit, id).await?;
    }
    Ok(())
}

/// What a skill keeps does not outlive the conversation.
pub(crate) async fn forget_dialogue(unit: &mut Unit<'_>, id: ConversationId) -> Done<()> {
    unit.run(Statement::of("DELETE FROM memory WHERE conversation = $1").bind(id)).await?;
    unit.run(Statement::of("DELETE FROM schedule WHERE conversation = $1").bind(id)).await.map(|_| ())
}
