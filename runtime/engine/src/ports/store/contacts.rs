//! The people who write, and how one of them is forgotten (rule 22).

use std::fmt;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{Event, Sender, Thread},
    conversation::Contact,
    ids::{ContactId, QuarantineId},
};

use super::{RecordedCall, Recording, Stored};
use crate::keys;

/// What stays of a person or a thread that was erased: a keyed hash, which nobody can read and anybody can recognise who has the
/// installation's key and the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark(pub [u8; 32]);

/// Makes marks under the installation's key.
#[derive(Clone, Copy)]
pub struct Marker([u8; 32]);

impl Marker {
    /// Under the key that [`super::Upkeep::installation_key`] gives.
    #[must_use]
    pub const fn new(installation_key: [u8; 32]) -> Self {
        Self(installation_key)
    }

    /// Of a person, as a channel's platform names them.
    #[must_use]
    pub fn person(&self, channel: &str, platform_id: &str) -> Mark {
        Mark(keys::digest(&self.0, &[Some("person"), Some(channel), Some(platform_id)]))
    }

    /// Of a thread.
    #[must_use]
    pub fn thread(&self, channel: &str, account: Option<&str>, thread: &Thread) -> Mark {
        let parts = [Some("thread"), Some(channel), account, Some(thread.address.as_str()), thread.parent.as_deref()];
        Mark(keys::digest(&self.0, &parts))
    }

    /// Of all whom an event names: its thread, its sender, and by what other names that one is known.
    #[must_use]
    pub fn event(&self, channel: &str, event: &Event) -> Vec<Mark> {
        let thread = event.thread.as_ref().map(|thread| self.thread(channel, event.account.as_deref(), thread));
        let names = event.happening.sender().into_iter().flat_map(Sender::names);
        thread.into_iter().chain(names.map(|name| self.person(channel, name))).collect()
    }

    /// Recorded calls, each with the marks of all whom it names.
    #[must_use]
    pub fn marked(&self, recordings: Vec<Recording>) -> Vec<(Recording, Vec<Mark>)> {
        let marked = recordings.into_iter().map(|recording| {
            let marks = self.recording(&recording);
            (recording, marks)
        });
        marked.collect()
    }

    /// Of all whom a recorded call names.
    #[must_use]
    pub fn recording(&self, recording: &Recording) -> Vec<Mark> {
        let channel = &recording.channel;
        match &recording.call {
            RecordedCall::Received { reception, .. } => {
                reception.events.iter().flat_map(|event| self.event(channel, event)).collect()
            }
            RecordedCall::Sent { delivery, .. } => {
                vec![self.thread(channel, delivery.account.as_deref(), &delivery.thread)]
            }
        }
    }
}

/// The key is a secret.
impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Marker")
    }
}

/// Somebody wants to be forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Erasure {
    /// Who.
    pub contact: ContactId,
    /// Makes the marks that stay.
    pub marker: Marker,
    /// What happened until then is forgotten, also where it is only told of later; by the clock on the wall.
    pub at: Instant,
}

impl Erasure {
    /// Of what happened before the second in which it is `now`, in milliseconds: many platforms tell whole seconds, and what was written
    /// after the erasure must not be dropped for that.
    #[must_use]
    pub fn before(now: Instant, contact: ContactId, marker: Marker) -> Self {
        Self { contact, marker, at: second_before(now) }
    }
}

/// The end of the second before this. What we made a note of ourselves goes by it, too: nothing hangs on one that was made in the second of
/// an erasure and after it, and one that was made before it goes.
#[must_use]
pub const fn second_before(at: Instant) -> Instant {
    (at / 1_000 * 1_000).saturating_sub(1)
}

/// What was forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// So many conversations.
    pub conversations: usize,
    /// Webhooks in quarantine that hold a name of theirs. Nobody could read them, and they may hold what others wrote as well: they
    /// stay until they are run again, which drops what the erased person did, or are given up.
    pub webhooks: Vec<QuarantineId>,
}

/// The people who write.
#[async_trait]
pub trait Contacts: Send + Sync {
    /// Whom a channel's platform knows by this id.
    async fn contact(&self, channel: &str, platform_id: &str) -> Stored<Option<Contact>>;

    /// Forgets a contact: their conversations with all that belongs to them (items, lines, turns and what was learnt of them,
    /// memories, schedules, tasks, deliveries and what was told of these, dead letters), the endpoints that nobody else uses, what
    /// was published to their live streams (`CHANNEL/ADDRESS`), recorded calls and events in quarantine that name them, and their
    /// names. Nothing that is under way for them is kept any more: whoever comes to commit it finds no lane.
    ///
    /// Marks of their names and endpoints stay without end, so that an event from before ([`super::Incoming::marks`]) is dropped
    /// however late it is told. Who writes again is a stranger. Not covered: keyed hashes; the numbers of streams; corrections, which
    /// people took over as examples with what looks personal masked; what others have, such as backups.
    ///
    /// # Errors
    /// `NotFound`.
    async fn erase(&self, erasure: Erasure) -> Stored<Erased>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_in_the_second_of_the_erasure_was_written_after_it() {
        let at = |now| Erasure::before(now, ContactId::new(0, 0), Marker::new([7; 32])).at;
        assert_eq!((at(5_000), at(5_999), at(6_000), at(0)), (4_999, 4_999, 5_999, 0));
    }

    #[test]
    fn marks_differ_by_key_channel_and_sort() {
        let marker = Marker::new([7; 32]);
        let thread = Thread { address: "1".to_owned(), visibility: Default::default(), parent: None, memo: None };
        assert_eq!(marker.person("sms", "1"), marker.person("sms", "1"));
        assert_ne!(marker.person("sms", "1"), marker.person("whatsapp", "1"));
        assert_ne!(marker.person("sms", "1"), marker.thread("sms", None, &thread));
        assert_ne!(marker.person("sms", "1"), Marker::new([8; 32]).person("sms", "1"));
        assert!(!format!("{marker:?}").contains('7'), "the key is not shown");
    }
}
