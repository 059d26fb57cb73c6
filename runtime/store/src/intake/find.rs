//! What there is of an event's endpoint, conversation and contact.

use sportello_domain::{
    contract::{Event, Thread},
    ids::{ContactId, ConversationId},
};

use super::Scene;
use crate::{
    columns::{Fields, key},
    error::Done,
    script::{Answers, Script},
    writer::Unit,
};

/// What there is already.
#[derive(Default)]
pub(super) struct Found {
    pub(super) endpoint: Option<Endpoint>,
    /// The open one, with its contact.
    pub(super) conversation: Option<(ConversationId, ContactId)>,
    /// By which of its ids the sender is known; the own id first, if that is.
    pub(super) identities: Vec<Identity>,
}

pub(super) struct Endpoint {
    pub(super) visibility: String,
    pub(super) memo: Option<String>,
}

pub(super) struct Identity {
    pub(super) platform_id: String,
    pub(super) contact: ContactId,
    pub(super) name: Option<String>,
    pub(super) locale: Option<String>,
}

/// The sender's ids on the platform, the own one first.
pub(super) fn names(event: &Event) -> Vec<&str> {
    let sender = event.happening.sender().into_iter();
    sender.flat_map(|sender| std::iter::once(&sender.id).chain(&sender.aliases)).map(String::as_str).collect()
}

/// One statement, and one more for each name of the sender.
pub(super) fn look(script: &mut Script, scene: Scene<'_>, event: &Event, thread: &Thread) {
    script
        .add(
            "SELECT e.visibility, e.memo, c.id, c.contact FROM endpoint e \
             LEFT JOIN conversation c ON c.endpoint = e.id AND c.stage <> 'closed' \
             WHERE e.channel = ? AND e.account = ? AND e.address = ? AND e.parent = ?",
        )
        .bind(scene.channel)
        .bind(key(event.account.as_deref()))
        .bind(&thread.address)
        .bind(key(thread.parent.as_deref()));
    for name in names(event) {
        script
            .add(
                "SELECT i.platform_id, i.contact, k.name, k.locale FROM identity i JOIN contact k ON k.id = i.contact \
                 WHERE i.channel = ? AND i.platform_id = ?",
            )
            .bind(scene.channel)
            .bind(name);
    }
}

pub(super) async fn find(unit: &mut Unit<'_>, scene: Scene<'_>, event: &Event, thread: &Thread) -> Done<Found> {
    let mut script = Script::new();
    look(&mut script, scene, event, thread);
    let mut answers = unit.run(script).await?;
    Found::read(&mut answers, names(event).len())
}

impl Found {
    /// From the answers to [`look`].
    pub(super) fn read(answers: &mut Answers, names: usize) -> Done<Self> {
        let mut found = Self::default();
        if let Some(row) = answers.take().first() {
            let mut fields = Fields::of(row);
            found.endpoint = Some(Endpoint { visibility: fields.text()?, memo: fields.take()? });
            found.conversation = fields.maybe_id()?.zip(fields.maybe_id()?);
        }
        for _ in 0..names {
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
        Ok(found)
    }
}
