//! Finding an event's conversation, and putting it there: one round trip to find, one to write.

use sportello_domain::{
    contract::{Content, Event, Happening, Thread},
    conversation::Voice,
    ids::{ContactId, ConversationId},
    inbox::Arrival,
};
use sportello_engine::ports::store::{Accepted, Incoming};

use super::Scene;
use crate::{
    columns::{Fields, integer, json, key},
    error::{Done, Failure},
    rows::visibility_column,
    script::Script,
    writer::Unit,
};

/// What there is already.
#[derive(Default)]
pub(super) struct Found {
    endpoint: Option<Endpoint>,
    /// The open one, with its contact.
    conversation: Option<(ConversationId, ContactId)>,
    /// Contacts by which the sender is known; the first is the sender's own id, if that is known.
    identities: Vec<Identity>,
}

struct Endpoint {
    visibility: String,
    memo: Option<String>,
}

struct Identity {
    platform_id: String,
    contact: ContactId,
    name: Option<String>,
    locale: Option<String>,
}

/// Looks for endpoint, conversation and contact, after a script of one statement or none; says whether that changed
/// anything.
pub(super) async fn find(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    incoming: &Incoming,
    thread: &Thread,
    mut script: Script,
) -> Done<(Found, bool)> {
    let begins = !script.is_empty();
    script
        .add(
            "SELECT e.visibility, e.memo, c.id, c.contact FROM endpoint e \
             LEFT JOIN conversation c ON c.endpoint = e.id AND c.stage <> 'closed' \
             WHERE e.channel = ? AND e.account = ? AND e.address = ? AND e.parent = ?",
        )
        .bind(scene.channel)
        .bind(key(incoming.event.account.as_deref()))
        .bind(&thread.address)
        .bind(key(thread.parent.as_deref()));
    let names = names(&incoming.event);
    for name in &names {
        script
            .add(
                "SELECT i.platform_id, i.contact, k.name, k.locale FROM identity i JOIN contact k ON k.id = i.contact \
                 WHERE i.channel = ? AND i.platform_id = ?",
            )
            .bind(scene.channel)
            .bind(*name);
    }
    let mut answers = unit.run(script).await?;
    let changed = begins && answers.take().changes > 0;
    let mut found = Found::default();
    if let Some(row) = answers.take().first() {
        let mut fields = Fields::of(row);
        found.endpoint = Some(Endpoint { visibility: fields.text()?, memo: fields.take()? });
        found.conversation = fields.maybe_id()?.zip(fields.maybe_id()?);
    }
    for _ in &names {
        if let Some(row) = answers.take().first() {
            let mut fields = Fields::of(row);
            found.identities.push(Identity {
                platform_id: fields.text()?,
                contact: fields.id()?,
                name: fields.take()?,
                locale: fields.take()?,
            });
        }
    }
    Ok((found, changed))
}

/// The sender's ids on the platform, the own one first.
fn names(event: &Event) -> Vec<&str> {
    let sender = event.happening.sender().into_iter();
    sender.flat_map(|sender| std::iter::once(&sender.id).chain(&sender.aliases)).map(String::as_str).collect()
}

/// Makes what there is not, and writes the event into its conversation.
pub(super) async fn put(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    incoming: &Incoming,
    thread: &Thread,
    found: Found,
) -> Done<Accepted> {
    let contact = contact(unit, incoming, &found).await?;
    let id = found.conversation.map_or(incoming.fresh.conversation, |(id, _)| id);
    let mut script = Script::new();
    keep_thread(&mut script, scene, &incoming.event, thread, &found);
    keep_contact(&mut script, scene, &incoming.event, contact, &found);
    if found.conversation.is_none() {
        script
            .add(
                "INSERT INTO conversation (id, endpoint, contact, opened_at, active_at) \
                 SELECT ?, id, ?, ?, ? FROM endpoint WHERE channel = ? AND account = ? AND address = ? AND parent = ?",
            )
            .bind(&id.as_bytes()[..])
            .bind(&contact.as_bytes()[..])
            .bind(integer(scene.now))
            .bind(integer(scene.now))
            .bind(scene.channel)
            .bind(key(incoming.event.account.as_deref()))
            .bind(&thread.address)
            .bind(key(thread.parent.as_deref()));
    }
    match &incoming.event.happening {
        Happening::Edited(edit) => change_line(&mut script, id, &edit.message_id, &edit.contents)?,
        Happening::Deleted(message_id) => change_line(&mut script, id, message_id, &[])?,
        _ => {}
    }
    enter(&mut script, scene, incoming, id)?;
    let mut answers = unit.run(script).await?;
    if let Happening::Echo(_) = incoming.event.happening {
        return Ok(Accepted::Noted(id));
    }
    // The statement that drew the place is the only one that gives a row.
    let seq = loop {
        let answer = answers.take();
        match answer.first() {
            Some(row) => break Fields::of(row).number()?,
            None if answers.is_over() => return Err(Failure::Form("no place was drawn".to_owned())),
            None => {}
        }
    };
    Ok(Accepted::Queued { conversation: id, seq })
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
    script.bind(&known.as_bytes()[..]);
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
        .bind(&thread.memo);
}

fn keep_contact(script: &mut Script, scene: Scene<'_>, event: &Event, id: ContactId, found: &Found) {
    let sender = event.happening.sender();
    let (name, locale) = sender.map_or((None, None), |sender| (sender.name.as_ref(), sender.locale.as_ref()));
    let kept = found.identities.first();
    let same = match kept {
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
            .bind(&id.as_bytes()[..])
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
                .bind(&id.as_bytes()[..]);
        }
    }
}

fn change_line(script: &mut Script, id: ConversationId, platform_id: &str, contents: &[Content]) -> Done<()> {
    script
        .add(
            "UPDATE line SET contents = ?, changed = ? WHERE platform_id = ? AND conversation IN \
             (SELECT id FROM conversation WHERE endpoint = (SELECT endpoint FROM conversation WHERE id = ?))",
        )
        .bind(json(contents)?)
        .bind(true)
        .bind(platform_id)
        .bind(&id.as_bytes()[..]);
    Ok(())
}

/// Draws places (rule 2), and writes line and item there.
fn enter(script: &mut Script, scene: Scene<'_>, incoming: &Incoming, id: ConversationId) -> Done<()> {
    let event = &incoming.event;
    if let Happening::Echo(message) = &event.happening {
        script
            .add("UPDATE conversation SET last_line = last_line + 1, stage = 'open', active_at = ? WHERE id = ?")
            .bind(integer(scene.now))
            .bind(&id.as_bytes()[..]);
        return write(script, incoming, id, &Voice::Echo, &message.contents, false);
    }
    if let Happening::Message(message) = &event.happening {
        let written = integer(event.at.min(scene.now));
        script
            .add(
                "UPDATE conversation SET last_seq = last_seq + 1, last_line = last_line + 1, stage = 'open', \
                 active_at = ?, last_customer_at = CASE WHEN last_customer_at > ? THEN last_customer_at ELSE ? END \
                 WHERE id = ? RETURNING last_seq",
            )
            .bind(integer(scene.now))
            .bind(written)
            .bind(written)
            .bind(&id.as_bytes()[..]);
        write(script, incoming, id, &Voice::Customer, &message.contents, true)?;
    } else {
        script
            .add(
                "UPDATE conversation SET last_seq = last_seq + 1, stage = 'open', active_at = ? WHERE id = ? \
                 RETURNING last_seq",
            )
            .bind(integer(scene.now))
            .bind(&id.as_bytes()[..]);
    }
    script
        .add(
            "INSERT INTO inbox (conversation, seq, accepted_at, answerable, arrival) \
             SELECT id, last_seq, ?, ?, ? FROM conversation WHERE id = ?",
        )
        .bind(integer(scene.now))
        .bind(incoming.answerable)
        .bind(json(&Arrival::Event(event.clone()))?)
        .bind(&id.as_bytes()[..]);
    Ok(())
}

fn write(
    script: &mut Script,
    incoming: &Incoming,
    id: ConversationId,
    voice: &Voice,
    contents: &[Content],
    queued: bool,
) -> Done<()> {
    script
        .add(
            "INSERT INTO line (conversation, position, id, seq, voice, contents, at, platform_id) \
             SELECT id, last_line, ?, CASE WHEN ? THEN last_seq END, ?, ?, ?, ? FROM conversation WHERE id = ?",
        )
        .bind(&incoming.fresh.line.as_bytes()[..])
        .bind(queued)
        .bind(json(voice)?)
        .bind(json(contents)?)
        .bind(integer(incoming.event.at))
        .bind(&incoming.event.id)
        .bind(&id.as_bytes()[..]);
    Ok(())
}
