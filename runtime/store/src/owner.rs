//! Changes of owner (rule 11), telling people, and the end of a conversation: what several commands do to one.

use sportello_domain::{
    conversation::Owner,
    ids::{ConversationId, MessageId},
};
use sportello_engine::ports::store::{NewDelivery, NewLine, OWNER_CHANGED, Telling};

use crate::{columns::Fields, error::Done, script::Script, writer::Unit};

/// Raises the epoch. A person stops the bot's mouth; what the bot said before it handed over by itself goes along.
pub(crate) fn change(script: &mut Script, id: ConversationId, owner: &Owner) {
    if matches!(owner, Owner::Queue(_)) {
        script
            .add(
                "UPDATE delivery SET owner_epoch = owner_epoch + 1 \
                 WHERE conversation = ? AND state IN ('queued', 'sending', 'unknown') AND author = '\"bot\"' \
                 AND owner_epoch = (SELECT owner_epoch FROM conversation WHERE id = ?)",
            )
            .bind(id)
            .bind(id);
    }
    let (queue, since, rank) = match owner {
        Owner::Queue(waiting) => (Some(waiting.queue.as_str()), waiting.since, u32::from(!waiting.hand_over.urgent)),
        _ => (None, 0, 1),
    };
    script
        .add(
            "UPDATE conversation SET owner_epoch = owner_epoch + 1, owner_kind = ?, owner = ?, queue = ?, \
             waiting_since = ?, waiting_rank = ? WHERE id = ?",
        )
        .bind(owner.kind())
        .json(owner)
        .bind(queue)
        .bind(since)
        .bind(rank)
        .bind(id);
    script
        .add(
            "UPDATE delivery SET state = 'cancelled', wake_at = 0, detail = ? \
             WHERE conversation = ? AND state IN ('queued', 'sending', 'unknown') AND state = 'queued' \
             AND author = '\"bot\"' AND owner_epoch < (SELECT owner_epoch FROM conversation WHERE id = ?)",
        )
        .bind(OWNER_CHANGED)
        .bind(id)
        .bind(id);
}

/// Adds a note, and puts the conversation in a queue where the bot has it.
pub(crate) async fn tell(unit: &mut Unit<'_>, id: ConversationId, telling: &Telling) -> Done<()> {
    let mut script = Script::new();
    write(&mut script, id, std::slice::from_ref(&telling.note), &[]);
    script.add("UPDATE conversation SET stage = 'open' WHERE id = ? AND stage = 'closing'").bind(id);
    script.add("SELECT owner_kind = 'bot' AND stage <> 'closed' FROM conversation WHERE id = ?").bind(id);
    let mut answers = unit.run(script).await?;
    answers.skip(3);
    let answer = answers.take();
    let Some(row) = answer.first() else { return Ok(()) };
    if Fields::of(row).take()? {
        let mut script = Script::new();
        change(&mut script, id, &Owner::Queue(telling.waiting.clone()));
        unit.run(script).await?;
    }
    Ok(())
}

/// Draws places at the end of the transcript, and writes lines there.
pub(crate) fn write(script: &mut Script, id: ConversationId, lines: &[NewLine], deliveries: &[NewDelivery]) {
    script.add("UPDATE conversation SET last_line = last_line + ? WHERE id = ?").bind(lines.len() as u64).bind(id);
    fill_lines(script, id, lines, deliveries);
}

/// Writes lines at the places that were drawn last; one statement each.
pub(crate) fn fill_lines(script: &mut Script, id: ConversationId, lines: &[NewLine], deliveries: &[NewDelivery]) {
    for (behind, line) in (0..lines.len() as u64).rev().zip(lines) {
        let delivery = deliveries.iter().find(|delivery| delivery.line == Some(line.id));
        script
            .add(
                "INSERT INTO line (conversation, position, id, voice, contents, at, delivery) \
                 SELECT id, last_line - ?, ?, ?, ?, ?, ? FROM conversation WHERE id = ?",
            )
            .bind(behind)
            .bind(line.id)
            .json(&line.voice)
            .json(&line.contents)
            .bind(line.at)
            .bind(delivery.map(|delivery| delivery.id))
            .bind(id);
    }
}

/// Stops the queued parts of a line.
pub(crate) fn cancel_group(script: &mut Script, id: ConversationId, line: MessageId, reason: &str) {
    script
        .add(
            "UPDATE delivery SET state = 'cancelled', wake_at = 0, detail = ? \
             WHERE conversation = ? AND state IN ('queued', 'sending', 'unknown') AND state = 'queued' AND line = ?",
        )
        .bind(reason)
        .bind(id)
        .bind(line);
}

/// A closing conversation closes when nothing is pending; its dialogue ends with it.
pub(crate) async fn close_when_done(unit: &mut Unit<'_>, id: ConversationId) -> Done<()> {
    let mut script = Script::new();
    script
        .add(
            "UPDATE conversation SET stage = 'closed' WHERE id = ? AND stage = 'closing' AND last_seq = done_seq \
             AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.conversation = conversation.id \
             AND d.state IN ('queued', 'sending', 'unknown'))",
        )
        .bind(id);
    if unit.run(script).await?.take().changes > 0 {
        let mut script = Script::new();
        forget_dialogue(&mut script, id);
        unit.run(script).await?;
    }
    Ok(())
}

/// What a skill keeps does not outlive the conversation.
pub(crate) fn forget_dialogue(script: &mut Script, id: ConversationId) {
    script.add("DELETE FROM memory WHERE conversation = ?").bind(id);
    script.add("DELETE FROM schedule WHERE conversation = ?").bind(id);
}
