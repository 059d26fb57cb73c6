//! Accepting what platforms tell us (rules 1 to 5).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    contract::{Event, LONGEST_ID, Webhook},
    ids::{ContactId, ConversationId, DeliveryId, ErrandId, MessageId, QuarantineId},
};

use super::{Claim, Mark, PendingErrand, Stored};

/// One webhook's or poll's worth of events, accepted together.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The channel's name in the configuration.
    pub channel: String,
    /// In the order in which the platform told them.
    pub events: Vec<Incoming>,
    /// To be performed once the events are durable, at least once.
    pub errands: Vec<PendingErrand>,
    /// Of a poll.
    pub cursor: Option<CursorMove>,
    /// The queue for people who have to be told of a failed delivery.
    pub default_queue: String,
    /// When.
    pub now: Instant,
    /// Claims the lanes that had nothing else to do, with so many lines of history, in the same transaction: that saves a
    /// commit on the way of most messages. None where the caller has no room for more turns.
    pub claim: Option<u32>,
}

/// An event with what the store would have to draw.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// What happened.
    pub event: Event,
    /// Keyed hash over channel, account, thread, kind of happening and the platform's id: unique.
    pub key: [u8; 32],
    /// Keyed hash over sender and platform time: the same key with another fingerprint is an alarm.
    pub fingerprint: [u8; 32],
    /// Of all whom it names: what they did before they were erased is dropped (rule 22).
    pub marks: Vec<Mark>,
    /// False: stored and never answered.
    pub answerable: bool,
    /// Ids to use where the event begins something.
    pub fresh: Fresh,
}

/// Ids to use where an event begins something.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// For a new conversation.
    pub conversation: ConversationId,
    /// For a new contact.
    pub contact: ContactId,
    /// For its line in the transcript, or for a note about it.
    pub line: MessageId,
    /// For a quarantined event.
    pub quarantine: QuarantineId,
}

/// The move of a poll's cursor, committed with the events if the old one still stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorMove {
    /// The cursor that the poll began with.
    pub from: Option<String>,
    /// The cursor for the next poll.
    pub to: Option<String>,
}

/// What became of an acceptance.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// What became of each event, in order.
    pub events: Vec<Accepted>,
    /// Claimed lanes, where that was wanted: as [`super::Lanes::claim`] gives them. A lane that is left out has to be claimed.
    pub claims: Vec<Claim>,
    /// Those that are kept ([`Acceptance::errands_after`]), to be performed now.
    pub errands: Vec<PendingErrand>,
}

/// What became of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is an item of a lane now.
    Queued {
        /// Whose lane.
        conversation: ConversationId,
        /// Its place.
        seq: u64,
    },
    /// It was known; nothing was changed.
    Duplicate,
    /// The key is known from another sender or time: quarantined, nothing else was changed.
    Conflicting,
    /// It cannot be placed, for it names no thread or what it names is too long: quarantined.
    Unplaceable,
    /// A status: merged, and kept for a receipt that is still to come.
    Status {
        /// The delivery that it settled or moved on, where it is known yet.
        delivery: Option<(ConversationId, DeliveryId)>,
    },
    /// Written into the transcript; no turn comes of it (an echo).
    Noted(ConversationId),
    /// Not kept (typing).
    Passed,
    /// Not kept: it is of somebody who was erased since it happened.
    Erased,
}

/// Something that could not be read or placed, kept whole until somebody has mended the cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Quarantined {
    /// Drawn by the caller.
    pub id: QuarantineId,
    /// The channel's name in the configuration.
    pub channel: String,
    /// What it was.
    pub what: Quarry,
    /// Why it is here, for people.
    pub reason: String,
    /// Since when.
    pub at: Instant,
}

/// What is in quarantine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "rare")]
pub enum Quarry {
    /// A raw webhook whose plugin failed; can be run again.
    Webhook(Webhook),
    /// An event whose key was known from another sender or time, or that could not be placed.
    Event(Event),
}

/// Accepting what platforms tell us.
#[async_trait]
pub trait Intake: Send + Sync {
    /// Accepts a batch; one answer an event, in order.
    ///
    /// For each event, within one transaction: keys are inserted, never looked up first (rule 1). The endpoint (channel,
    /// account, address, parent; unique) is found or made, and with it the one open conversation and the contact of the
    /// sender (by channel and platform id, aliases included); a closing conversation opens again, owned as before; a
    /// closed one is followed by a new one, owned by the bot. The thread's newest memo and visibility win (a thread without a
    /// memo keeps the one there is). `seq` is drawn from the conversation (rule 2). Then, by kind:
    /// - message: a line of the customer; `last_customer_at` (the platform's time, not after `now`, and never moved back); an
    ///   inbox item.
    /// - edited, deleted: the line with that platform id, in any conversation of the endpoint, is changed or emptied; an
    ///   inbox item.
    /// - reaction, referral, consent: an inbox item.
    /// - address-changed: endpoint, thread and identity follow to the new address (where that has no endpoint yet); an
    ///   inbox item.
    /// - echo: a line with `Voice::Echo`; no inbox item.
    /// - status: merged with [`sportello_domain::delivery::News::merge`] into `status(channel, account, thread, platform id)`
    ///   or straight into the delivery (a thread whose address has no endpoint, or none, stands for any: platforms write
    ///   the same number in several ways). By delivery id it settles `sending`, `unknown`, `unresolved`, and `queued` for
    ///   another attempt, as `sent`; one of another channel is left alone. `up-to` moves all that was sent to the thread until
    ///   then. A failure makes a sent delivery, or one that it settles, dead, cancels the rest of its group and tells a person
    ///   (`default_queue`; note with `fresh.line`), once. Statuses are not deduplicated by key: the lattice does it.
    /// - typing: nothing.
    /// Before all that: what bears a mark of somebody who was erased since it happened is dropped, and a status of an erased thread in
    /// which nobody has written since (rule 22), and with it the errands that [`Acceptance::errands_after`] leaves out.
    /// An event that cannot be placed never rejects its batch; its key is kept, so that repetitions are duplicates.
    ///
    /// # Errors
    /// [`super::StoreError::CursorMoved`]; `Full`; `Failed`.
    async fn accept(&self, acceptance: Acceptance) -> Stored<Taken>;

    /// The cursor of a channel that is polled.
    async fn cursor(&self, channel: &str) -> Stored<Option<String>>;

    /// Whether this node is to poll a channel: it is, from here on, unless another one that lives does. A store of one node has
    /// nobody else.
    async fn polls_here(&self, channel: &str) -> Stored<bool> {
        let _ = channel;
        Ok(true)
    }

    /// Counts one more failure of a plugin over this very body, and says how many there were.
    async fn strike(&self, channel: &str, body_digest: [u8; 32], now: Instant) -> Stored<u32>;

    /// Puts something in quarantine.
    async fn quarantine(&self, item: Quarantined) -> Stored<()>;

    /// What is in quarantine, oldest first.
    async fn quarantined(&self, limit: u32) -> Stored<Vec<Quarantined>>;

    /// Takes something out, once it was run again or given up.
    async fn release(&self, id: QuarantineId) -> Stored<()>;

    /// An errand was done, or given up.
    async fn errand_done(&self, id: ErrandId) -> Stored<()>;

    /// An errand was tried, and has to be tried again then.
    async fn errand_later(&self, id: ErrandId, due_at: Instant) -> Stored<()>;
}

/// Why an event is [`Accepted::Unplaceable`], for people.
pub const NO_THREAD: &str = "it names no thread";

/// The other reason: this part of the event is longer than [`LONGEST_ID`].
#[must_use]
pub fn too_long(part: &str) -> String {
    format!("its {part} is longer than {LONGEST_ID} bytes")
}
