//! Making the place of an event, where there is none yet, and keeping what it tells of the customer.

use sportello_domain::{
    contract::{Content, Event, Happening, Thread},
    ids::{ContactId, ConversationId},
};
use sportello_engine::ports::store::{Accepted, Incoming};

use super::{
    Scene,
    enter::{Lane, enter},
    find::{Endpoint, Found, find, names},
};
use crate::{
    error::{Done, Failure},
    operation::Unit,
    rows::visibility_column,
    sql::{Statement, key},
};

/// Makes what there is not, and writes the event into its conversation.
pub(super) async fn put(unit: &mut Unit<'_>, scene: Scene<'_>, incoming: &Incoming, thread: &Thread) -> Done<Accepted> {
    let event = &incoming.event;
    let found = find(unit, scene, event, thread).await?;
    let contact = contact(unit, incoming, &found).await?;
    let endpoint = keep_thread(unit, scene, event, thread, found.endpoint.as_ref()).await?;
    keep_contact(unit, scene, event, contact, &found).await?;
    let lane = match &found.open {
        Some(open) => Lane::of(open),
        None => open(unit, scene, incoming.fresh.conversation, endpoint, contact).await?,
    };
    match &event.happening {
        Happening::Edited(edit) => change_line(unit, endpoint, &edit.message_id, &edit.contents).await?,
        Happening::Deleted(message_id) => change_line(unit, endpoint, message_id, &[]).await?,
        _ => {}
    }
    enter(unit, scene, incoming, lane).await
}

/// The contact of the sender; of the conversation, where nobody is named or it has none yet.
async fn contact(unit: &mut Unit<'_>, incoming: &Incoming, found: &Found) -> Done<ContactId> {
    if let Some(identity) = found.identities.first() {
        return Ok(identity.contact);
    }
    let Some(open) = &found.open else { return Ok(incoming.fresh.contact) };
    if incoming.event.happening.sender().is_none() {
        return Ok(open.contact.id);
    }
    let named = Statement::of("SELECT 1 FROM identity WHERE contact = $1 LIMIT 1").bind(open.contact.id);
    let is_named = unit.run(named).await?.first().is_some();
    Ok(if is_named { incoming.fresh.contact } else { open.contact.id })
}

/// The newest memo and visibility win; without a memo the one there is stays. Says which endpoint it is.
async fn keep_thread(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    thread: &Thread,
    known: Option<&Endpoint>,
) -> Done<u64> {
    let visibility = visibility_column(thread.visibility);
    if let Some(known) = known
        && known.visibility == visibility
        && (thread.memo.is_none() || thread.memo == known.memo)
    {
        return Ok(known.id);
    }
    let keep = Statement::of(
        "INSERT INTO endpoint (channel, account, address, parent, visibility, memo) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (channel, account, address, parent) DO UPDATE \
         SET visibility = excluded.visibility, memo = COALESCE(excluded.memo, endpoint.memo) RETURNING id",
    )
    .bind(scene.channel)
    .bind(key(event.account.as_deref()))
    .bind(&thread.address)
    .bind(key(thread.parent.as_deref()))
    .bind(visibility)
    .bind(thread.memo.as_ref());
    let kept = unit.run(keep).await?.first();
    kept.ok_or_else(|| Failure::Form("an endpoint has no id".to_owned()))?.number()
}

async fn keep_contact(unit: &mut Unit<'_>, scene: Scene<'_>, event: &Event, id: ContactId, found: &Found) -> Done<()> {
    let sender = event.happening.sender();
    let (name, locale) = sender.map_or((None, None), |sender| (sender.name.as_ref(), sender.locale.as_ref()));
    let same = match found.identities.first() {
        Some(kept) => {
            (name.is_none() || name == kept.name.as_ref()) && (locale.is_none() || locale == kept.locale.as_ref())
        }
        None => sender.is_none() && found.open.is_some(),
    };
    if !same {
        let keep = Statement::of(
            "INSERT INTO contact (id, name, locale, verified, attributes) VALUES ($1, $2, $3, 0, '[]') \
             ON CONFLICT (id) DO UPDATE SET name = COALESCE(excluded.name, contact.name), \
             locale = COALESCE(excluded.locale, contact.locale)",
        );
        unit.run(keep.bind(id).bind(name).bind(locale)).await?;
    }
    for name in names(event) {
        if !found.identities.iter().any(|identity| identity.platform_id == name) {
            let know = Statement::of(
                "INSERT INTO identity (channel, platform_id, contact) VALUES ($1, $2, $3) \
                 ON CONFLICT (channel, platform_id) DO UPDATE SET contact = identity.contact RETURNING contact",
            );
            let known = unit.run(know.bind(scene.channel).bind(name).bind(id)).await?.first();
            // Whoever else took them in just now made a contact of them, which is looked for again: theirs would have no name.
            if known.map(|mut row| row.id()).transpose()? != Some(id) {
                return Err(Failure::Taken(format!("a name on {} became known meanwhile", scene.channel)));
            }
        }
    }
    Ok(())
}

async fn open(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    id: ConversationId,
    endpoint: u64,
    contact: ContactId,
) -> Done<Lane> {
    let open = Statement::of(
        "INSERT INTO conversation (id, endpoint, contact, opened_at, active_at) VALUES ($1, $2, $3, $4, $4)",
    );
    unit.run(open.bind(id).bind(endpoint).bind(contact).bind(scene.now)).await?;
    Ok(Lane::new(id))
}

/// In any conversation of the endpoint.
async fn change_line(unit: &mut Unit<'_>, endpoint: u64, platform_id: &str, contents: &[Content]) -> Done<()> {
    let change = Statement::of(
        "UPDATE line SET contents = $1, changed = 1 WHERE platform_id = $2 \
         AND conversation IN (SELECT id FROM conversation WHERE endpoint = $3)",
    );
    unit.run(change.json(contents).bind(platform_id).bind(endpoint)).await.map(|_| ())
}
