//! What there is of an event's endpoint, conversation and contact.

use sportello_domain::{
    contract::{Event, Sender, Thread},
    conversation::{Contact, Conversation},
    ids::ContactId,
};

use super::Scene;
use crate::{
    error::Done,
    operation::Unit,
    rows::{contact_columns, conversation_columns},
    sql::{Statement, key},
};

/// What there is already.
#[derive(Default)]
pub(super) struct Found {
    pub(super) endpoint: Option<Endpoint>,
    /// The open conversation.
    pub(super) open: Option<Open>,
    /// By which of its ids the sender is known; the own id first, if that is.
    pub(super) identities: Vec<Identity>,
}

pub(super) struct Endpoint {
    pub(super) id: u64,
    pub(super) visibility: String,
    pub(super) memo: Option<String>,
}

pub(super) struct Open {
    pub(super) conversation: Conversation,
    pub(super) contact: Contact,
    pub(super) last_line: u64,
}

pub(super) struct Identity {
    pub(super) platform_id: String,
    pub(super) contact: ContactId,
    pub(super) name: Option<String>,
    pub(super) locale: Option<String>,
}

/// The sender's ids on the platform, the own one first.
pub(super) fn names(event: &Event) -> impl Iterator<Item = &str> {
    let sender = event.happening.sender().into_iter();
    sender.flat_map(Sender::names).map(String::as_str)
}

/// Rules 2 and 3: the open conversation of an endpoint is decided about by one at a time.
pub(super) async fn lock(unit: &mut Unit<'_>, scene: Scene<'_>, event: &Event, thread: &Thread) -> Done<()> {
    let lock = Statement::of(
        "SELECT 1 FROM endpoint e JOIN conversation c ON c.endpoint = e.id AND c.stage <> 'closed' \
         WHERE e.channel = $1 AND e.account = $2 AND e.address = $3 AND e.parent = $4 FOR UPDATE OF c",
    );
    let lock = lock.bind(scene.channel).bind(key(event.account.as_deref())).bind(&thread.address);
    unit.lock(lock.bind(key(thread.parent.as_deref()))).await
}

/// Whether there is an endpoint at this address of the event's account.
pub(super) async fn is_there(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    address: &str,
    parent: Option<&str>,
) -> Done<bool> {
    let look =
        Statement::of("SELECT 1 FROM endpoint WHERE channel = $1 AND account = $2 AND address = $3 AND parent = $4");
    let look = look.bind(scene.channel).bind(key(event.account.as_deref())).bind(address).bind(key(parent));
    Ok(unit.run(look).await?.first().is_some())
}

pub(super) async fn find(unit: &mut Unit<'_>, scene: Scene<'_>, event: &Event, thread: &Thread) -> Done<Found> {
    lock(unit, scene, event, thread).await?;
    let mut found = Found::default();
    let look = Statement::of(concat!(
        "SELECT e.id, e.visibility, e.memo, c.last_line, ",
        conversation_columns!(),
        ", ",
        contact_columns!(),
        " FROM endpoint e LEFT JOIN conversation c ON c.endpoint = e.id AND c.stage <> 'closed' \
         LEFT JOIN contact k ON k.id = c.contact \
         WHERE e.channel = $1 AND e.account = $2 AND e.address = $3 AND e.parent = $4"
    ));
    let look = look.bind(scene.channel).bind(key(event.account.as_deref())).bind(&thread.address);
    if let Some(mut row) = unit.run(look.bind(key(thread.parent.as_deref()))).await?.first() {
        found.endpoint = Some(Endpoint { id: row.number()?, visibility: row.text()?, memo: row.maybe_text()? });
        if let Some(last_line) = row.maybe_number()? {
            found.open = Some(Open { conversation: row.conversation()?, contact: row.contact()?, last_line });
        }
    }
    for name in names(event) {
        let look = Statement::of(
            "SELECT i.contact, k.name, k.locale FROM identity i JOIN contact k ON k.id = i.contact \
             WHERE i.channel = $1 AND i.platform_id = $2",
        );
        if let Some(mut row) = unit.run(look.bind(scene.channel).bind(name)).await?.first() {
            found.identities.push(Identity {
                platform_id: name.to_owned(),
                contact: row.id()?,
                name: row.maybe_text()?,
                locale: row.maybe_text()?,
            });
        }
    }
    Ok(found)
}
