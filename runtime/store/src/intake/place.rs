//! Finding an event's conversation, and putting it there.

use sportello_domain::{
    contract::{Content, Event, Happening, Message, Thread},
    conversation::Voice,
    ids::{ContactId, ConversationId},
    inbox::Arrival,
};
use sportello_engine::ports::store::{Accepted, Incoming};

use super::{
    Scene,
    find::{Found, find, look, names},
};
use crate::{
    columns::{Fields, key},
    dialect::changed,
    error::{Done, Failure},
    rows::visibility_column,
    script::{Answers, Script},
    writer::Unit,
};

/// The open conversation of an endpoint.
macro_rules! open_conversation {
    () => {
        "(SELECT c.id FROM endpoint e JOIN conversation c ON c.endpoint = e.id AND c.stage <> 'closed' \
         WHERE e.channel = ? AND e.account = ? AND e.address = ? AND e.parent = ?)"
    };
}

/// Enters a message whose key was inserted just before, if it was new, and if there is an open conversation; looks for all
/// that it is about besides. That is all there is to do for most messages.
pub(super) fn enter_known(
    script: &mut Script,
    scene: Scene<'_>,
    incoming: &Incoming,
    message: &Message,
    thread: &Thread,
) {
    look(script, scene, &incoming.event, thread);
    let written = incoming.event.at.min(scene.now);
    script
        .add(concat!(
            "UPDATE conversation SET last_seq = last_seq + 1, last_line = last_line + 1, stage = 'open', \
             active_at = ?, last_customer_at = CASE WHEN last_customer_at > ? THEN last_customer_at ELSE ? END WHERE id = ",
            open_conversation!(),
            " AND ",
            changed!(),
            " RETURNING id, last_seq"
        ))
        .bind(scene.now)
        .bind(written)
        .bind(written);
    bind_endpoint(script, scene, incoming, thread);
    script
        .add(concat!(
            "INSERT INTO line (conversation, position, id, seq, voice, contents, at, platform_id) \
             SELECT id, last_line, ?, last_seq, ?, ?, ?, ? FROM conversation WHERE id = ",
            open_conversation!(),
            " AND ",
            changed!()
        ))
        .bind(incoming.fresh.line)
        .json(&Voice::Customer)
        .json(&message.contents)
        .bind(incoming.event.at)
        .bind(&incoming.event.id);
    bind_endpoint(script, scene, incoming, thread);
    script
        .add(concat!(
            "INSERT INTO inbox (conversation, seq, accepted_at, answerable, arrival) \
             SELECT id, last_seq, ?, ?, ? FROM conversation WHERE id = ",
            open_conversation!(),
            " AND ",
            changed!()
        ))
        .bind(scene.now)
        .bind(incoming.answerable)
        .json(&Arrival::Event(incoming.event.clone()));
    bind_endpoint(script, scene, incoming, thread);
}

fn bind_endpoint(script: &mut Script, scene: Scene<'_>, incoming: &Incoming, thread: &Thread) {
    script
        .bind(scene.channel)
        .bind(key(incoming.event.account.as_deref()))
        .bind(&thread.address)
        .bind(key(thread.parent.as_deref()));
}

/// What [`enter_known`] came to: with a conversation to be made, or news of the customer to be kept, there is more to do.
pub(super) async fn conclude(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    incoming: &Incoming,
    thread: &Thread,
    mut begun: Answers,
) -> Done<Accepted> {
    let mut found = Found::read(&mut begun, names(&incoming.event).len())?;
    let entered = begun.take();
    let Some(row) = entered.first() else { return put(unit, scene, incoming, thread).await };
    let mut fields = Fields::of(row);
    let accepted = Accepted::Queued { conversation: fields.id()?, seq: fields.number()? };
    if found.identities.is_empty() {
        found = find(unit, scene, &incoming.event, thread).await?;
    }
    let contact = contact(unit, incoming, &found).await?;
    let mut script = Script::new();
    keep_thread(&mut script, scene, &incoming.event, thread, &found);
    keep_contact(&mut script, scene, &incoming.event, contact, &found);
    if !script.is_empty() {
        unit.run(script).await?;
    }
    Ok(accepted)
}

/// Makes what there is not, and writes the event into its conversation.
pub(super) async fn put(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming, thread: &Thread) -> Done<Accepted> {
    let event = &incoming.event;
    let found = find(unit, scene, event, thread).await?;
    let contact = contact(unit, incoming, &found).await?;
    let id = found.conversation.map_or(incoming.fresh.conversation, |(id, _)| id);
    let mut script = Script::new();
    keep_thread(&mut script, scene, event, thread, &found);
    keep_contact(&mut script, scene, event, contact, &found);
    if found.conversation.is_none() {
        script
            .add(
                "INSERT INTO conversation (id, endpoint, contact, opened_at, active_at) \
                 SELECT ?, id, ?, ?, ? FROM endpoint WHERE channel = ? AND account = ? AND address = ? AND parent = ?",
            )
            .bind(id)
            .bind(contact)
            .bind(scene.now)
            .bind(scene.now);
        bind_endpoint(&mut script, scene, incoming, thread);
    }
    match &event.happening {
        Happening::Edited(edit) => change_line(&mut script, id, &edit.message_id, &edit.contents),
        Happening::Deleted(message_id) => change_line(&mut script, id, message_id, &[]),
        _ => {}
    }
    let before = script.statements();
    enter(&mut script, scene, incoming, id);
    let mut answers = unit.run(script).await?;
    answers.skip(before);
    let answer = answers.take();
    let row = answer.first().ok_or_else(|| Failure::missing("conversation", id))?;
    if let Happening::Echo(_) = event.happening {
        return Ok(Accepted::Noted(id));
    }
    Ok(Accepted::Queued { conversation: id, seq: Fields::of(row).number()? })
}

/// The contact of the sender; of the conversation, where nobody is named or it has none yet.
async fn contact(unit: &mut Unit<'_>, incoming: &Incoming, found: &Found) -> Done<ContactId> {
    let known = found.conversation.map(|(_, contact)| contact);
    if let Some(identity) = found.identities.first() {
        return Ok(identity.contact);
    }
    let Some(known) = known else { return Ok(incoming.fresh.contact) };
    if incoming.event.happening.sender().is_none() {
        return Ok(known);
    }
    let mut script = Script::of("SELECT 1 FROM identity WHERE contact = ? LIMIT 1");
    script.bind(known);
    let named = unit.run(script).await?.take().first().is_some();
    Ok(if named { incoming.fresh.contact } else { known })
}

/// The newest memo and visibility win; without a memo the one there is stays.
fn keep_thread(script: &mut Script, scene: Scene<'_>, event: &Event, thread: &Thread, found: &Found) {
    let visibility = visibility_column(thread.visibility);
    let same = found.endpoint.as_ref().is_some_and(|endpoint| {
        endpoint.visibility == visibility && (thread.memo.is_none() || thread.memo == endpoint.memo)
    });
    if same {
        return;
    }
    script
        .add(
            "INSERT INTO endpoint (channel, account, address, parent, visibility, memo) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (channel, account, address, parent) DO UPDATE \
             SET visibility = excluded.visibility, memo = COALESCE(excluded.memo, endpoint.memo)",
        )
        .bind(scene.channel)
        .bind(key(event.account.as_deref()))
        .bind(&thread.address)
        .bind(key(thread.parent.as_deref()))
        .bind(visibility)
        .bind(thread.memo.as_ref());
}

fn keep_contact(script: &mut Script, scene: Scene<'_>, event: &Event, id: ContactId, found: &Found) {
    let sender = event.happening.sender();
    let (name, locale) = sender.map_or((None, None), |sender| (sender.name.as_ref(), sender.locale.as_ref()));
    let same = match found.identities.first() {
        Some(kept) => {
            (name.is_none() || name == kept.name.as_ref()) && (locale.is_none() || locale == kept.locale.as_ref())
        }
        None => sender.is_none() && found.conversation.is_some(),
    };
    if !same {
        script
            .add(
                "INSERT INTO contact (id, name, locale, verified, attributes) VALUES (?, ?, ?, ?, '[]') \
                 ON CONFLICT (id) DO UPDATE SET name = COALESCE(excluded.name, contact.name), \
                 locale = COALESCE(excluded.locale, contact.locale)",
            )
            .bind(id)
            .bind(name)
            .bind(locale)
            .bind(false);
    }
    for name in names(event) {
        if !found.identities.iter().any(|identity| identity.platform_id == name) {
            script
                .add(
                    "INSERT INTO identity (channel, platform_id, contact) VALUES (?, ?, ?) \
                     ON CONFLICT (channel, platform_id) DO NOTHING",
                )
                .bind(scene.channel)
                .bind(name)
                .bind(id);
        }
    }
}

fn change_line(script: &mut Script, id: ConversationId, platform_id: &str, contents: &[Content]) {
    script
        .add(
            "UPDATE line SET contents = ?, changed = ? WHERE platform_id = ? AND conversation IN \
             (SELECT id FROM conversation WHERE endpoint = (SELECT endpoint FROM conversation WHERE id = ?))",
        )
        .json(contents)
        .bind(true)
        .bind(platform_id)
        .bind(id);
}

/// Draws places (rule 2), and writes line and item there.
fn enter(script: &mut Script, scene: Scene<'_>, incoming: &Incoming, id: ConversationId) {
    let event = &incoming.event;
    let (voice, contents) = match &event.happening {
        Happening::Message(message) => (Voice::Customer, message.contents.as_slice()),
        Happening::Echo(message) => (Voice::Echo, message.contents.as_slice()),
        _ => (Voice::Note, &[][..]),
    };
    let has_line = voice != Voice::Note;
    let has_item = voice != Voice::Echo;
    let written = (voice == Voice::Customer).then_some(event.at.min(scene.now));
    script
        .add(
            "UPDATE conversation SET last_seq = last_seq + ?, last_line = last_line + ?, stage = 'open', active_at = ?, \
             last_customer_at = CASE WHEN last_customer_at > ? THEN last_customer_at \
             ELSE COALESCE(?, last_customer_at) END WHERE id = ? RETURNING last_seq",
        )
        .bind(has_item)
        .bind(has_line)
        .bind(scene.now)
        .bind(written)
        .bind(written)
        .bind(id);
    if has_line {
        script
            .add(
                "INSERT INTO line (conversation, position, id, seq, voice, contents, at, platform_id) \
                 SELECT id, last_line, ?, CASE WHEN ? THEN last_seq END, ?, ?, ?, ? FROM conversation WHERE id = ?",
            )
            .bind(incoming.fresh.line)
            .bind(has_item)
            .json(&voice)
            .json(contents)
            .bind(event.at)
            .bind(&event.id)
            .bind(id);
    }
    if has_item {
        script
            .add(
                "INSERT INTO inbox (conversation, seq, accepted_at, answerable, arrival) \
                 SELECT id, last_seq, ?, ?, ? FROM conversation WHERE id = ?",
            )
            .bind(scene.now)
            .bind(incoming.answerable)
            .json(&Arrival::Event(event.clone()))
            .bind(id);
    }
}
