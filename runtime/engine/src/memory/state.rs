//! What is kept.

use std::collections::BTreeMap;

use sportello_domain::{
    Instant,
    contract::Thread,
    conversation::Contact,
    delivery::News,
    ids::{ContactId, ConversationId, DeliveryId, ErrandId, JobId, MessageId, QuarantineId, TokenId},
};

use super::lane::{Lane, Outgoing};
use super::learning::Lessons;
use super::nodes::Caller;
use super::revisions::Library;
use crate::ports::store::{
    Job, LiveEvent, Mark, PendingErrand, Quarantined, Recording, StoreError, Stored, TokenRecord,
};

/// All of it.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// Who called last.
    pub(super) caller: Option<Caller>,
    pub(super) key: Option<[u8; 32]>,
    /// The store's time, and the time on the wall, when they were last told.
    pub(super) time: Option<(Instant, Instant)>,
    /// How many backups were put back.
    pub(super) generation: u64,
    pub(super) seen: BTreeMap<[u8; 32], Seen>,
    pub(super) strikes: BTreeMap<(String, [u8; 32]), (u32, Instant)>,
    pub(super) cursors: BTreeMap<String, Option<String>>,
    pub(super) quarantine: BTreeMap<QuarantineId, Quarantined>,
    pub(super) errands: BTreeMap<ErrandId, PendingErrand>,
    pub(super) endpoints: BTreeMap<Address, Endpoint>,
    pub(super) contacts: BTreeMap<ContactId, Contact>,
    /// When whom they stand for was erased.
    pub(super) erased: BTreeMap<Mark, Instant>,
    /// By channel and the platform's id.
    pub(super) identities: BTreeMap<(String, String), ContactId>,
    pub(super) lanes: BTreeMap<ConversationId, Lane>,
    /// Turns by the place in which they were committed.
    pub(super) journal: BTreeMap<u64, (ConversationId, u64)>,
    /// Oldest first.
    pub(super) recordings: Vec<Recording>,
    /// Where each delivery is.
    pub(super) deliveries: BTreeMap<DeliveryId, (ConversationId, u64)>,
    pub(super) told: BTreeMap<PlatformId, Told>,
    /// Channels that are paused, and until when.
    pub(super) paused: BTreeMap<String, Instant>,
    pub(super) streams: BTreeMap<String, Stream>,
    pub(super) tokens: BTreeMap<TokenId, ([u8; 32], TokenRecord)>,
    pub(super) revisions: Library,
    pub(super) lessons: Lessons,
    pub(super) jobs: BTreeMap<JobId, Job>,
}

/// A key of deduplication.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) fingerprint: [u8; 32],
    pub(super) at: Instant,
}

/// What makes an endpoint unique.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    pub(super) channel: String,
    pub(super) account: Option<String>,
    pub(super) address: String,
    pub(super) parent: Option<String>,
}

impl Address {
    /// Where something happened on a channel.
    pub(super) fn of(channel: &str, account: Option<&String>, thread: &Thread) -> Self {
        Self {
            channel: channel.to_owned(),
            account: account.cloned(),
            address: thread.address.clone(),
            parent: thread.parent.clone(),
        }
    }
}

/// A place on a platform.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) thread: Thread,
    /// Oldest first; only the last one may be open.
    pub(super) conversations: Vec<ConversationId>,
}

/// A message of ours, as the platform names it; an empty address: no thread was named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlatformId {
    pub(super) channel: String,
    pub(super) account: Option<String>,
    pub(super) id: String,
    pub(super) address: String,
}

/// What a platform told of a message of ours.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// Which one it is, once its receipt is here.
    pub(super) delivery: Option<DeliveryId>,
    pub(super) news: News,
    /// For the note to a person, should the receipt come after a failure.
    pub(super) note: MessageId,
    pub(super) queue: String,
    pub(super) at: Instant,
}

/// A stream of server-sent events.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    pub(super) last_id: u64,
    pub(super) events: Vec<Published>,
}

/// An event of a stream with what the port does not show.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) event: LiveEvent,
    pub(super) key: Option<String>,
    pub(super) at: Instant,
}

impl State {
    pub(super) fn lane(&mut self, id: ConversationId) -> Stored<&mut Lane> {
        self.lanes.get_mut(&id).ok_or_else(|| StoreError::NotFound { what: "conversation", id: id.to_string() })
    }

    /// The lane of a delivery, and its place there.
    pub(super) fn outgoing(&mut self, id: DeliveryId) -> Stored<(&mut Lane, u64)> {
        let missing = || StoreError::NotFound { what: "delivery", id: id.to_string() };
        let (conversation, position) = *self.deliveries.get(&id).ok_or_else(missing)?;
        Ok((self.lanes.get_mut(&conversation).ok_or_else(missing)?, position))
    }

    pub(super) fn all_outgoing(&self) -> impl Iterator<Item = &Outgoing> {
        self.lanes.values().flat_map(|lane| lane.outbox.values())
    }

    /// The newest memo of a thread wins.
    pub(super) fn remember_memo(&mut self, address: &Address, memo: Option<String>) {
        if let (Some(endpoint), Some(memo)) = (self.endpoints.get_mut(address), memo) {
            endpoint.thread.memo = Some(memo);
            self.show_thread(address);
        }
    }

    /// All conversations of an endpoint show its thread as it stands.
    pub(super) fn show_thread(&mut self, address: &Address) {
        let Some(endpoint) = self.endpoints.get(address) else { return };
        for id in &endpoint.conversations {
            if let Some(lane) = self.lanes.get_mut(id) {
                lane.conversation.thread.clone_from(&endpoint.thread);
            }
        }
    }
}
