//! Sending (rules 11 to 16).

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{Receipt, Thread},
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};

use super::{Stored, Telling, Watched};

/// A look at the head of an outbox, by the store's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub now: Instant,
    /// What may leave is given up by others then.
    pub deadline: Instant,
}

/// The head of a conversation's outbox.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "it lives for one match")]
pub enum Head {
    /// Nothing is to be sent.
    Idle,
    /// Not before then: a backoff, a pause of the channel, an unknown outcome that holds the lane, a send under way.
    Wait(Instant),
    /// It is `sending` now, durably: send it.
    Send(Sending),
    /// Its time was over before it could leave: decide with [`Outbox::finish`].
    Lapsed(OutboxItem),
    /// Its outcome stayed unknown until the end of the hold, or nobody ended its attempt by the deadline (it is `sending`
    /// still): decide with [`Outbox::finish`].
    Unsettled(OutboxItem),
}

/// A delivery that is being sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Sending {
    /// Its state is `Sending`, its attempt already counted.
    pub item: OutboxItem,
    /// The channel's name in the configuration.
    pub channel: String,
    /// Which of our accounts has to speak.
    pub account: Option<String>,
    /// Where, with the newest memo.
    pub thread: Thread,
}

/// What became of a delivery's attempt.
#[derive(Clone, Debug)]
pub struct Finish {
    /// Which.
    pub delivery: DeliveryId,
    /// Which attempt; where the item has another one, or is final already (an echo came first), only the receipt is
    /// taken in.
    pub attempt: u32,
    /// From now on.
    pub state: OutboxState,
    /// Counts one justified resend.
    pub resent: bool,
    /// What the platform gave: statuses that came before it are merged now, a failure among them included.
    pub receipt: Option<Receipt>,
    /// Cancels what is left of its group, with this reason.
    pub cancel_group: Option<String>,
    /// Tells a person.
    pub tell: Option<Telling>,
    /// Pauses the whole channel until then.
    pub pause_channel: Option<Instant>,
    /// What a guard has to know of the attempt; of a delivery that had been settled otherwise it is nothing.
    pub watched: Option<Watched>,
    /// When, on the wall.
    pub now: Instant,
    /// Looks at the next head in the same transaction, as [`Outbox::claim_delivery`] does.
    pub next: Option<Look>,
}

/// What became of a finish.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The delivery had been settled otherwise; only the receipt was taken in.
    pub late: bool,
    /// The next head, where that was looked at; none: it has to be.
    pub head: Option<Head>,
}

/// Sending.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Looks at the head (lowest position that is not final) and, where it may leave, makes `sending(attempt, deadline)`
    /// durable (rule 12). A bot's delivery under an older owner epoch is cancelled on the way and the next one looked at
    /// (rule 11).
    async fn claim_delivery(&self, conversation: ConversationId, look: Look) -> Stored<Head>;

    /// Ends an attempt. From `Sending`, `Unknown` (unsettled) and `Queued` (lapsed) alike. The same finish again changes
    /// nothing more, so that an ambiguous commit may be repeated.
    ///
    /// # Errors
    /// `NotFound`.
    async fn finish(&self, finish: Finish) -> Stored<Finished>;

    /// Deliveries that are dead, expired or unresolved, newest first.
    async fn dead_letters(&self, limit: u32) -> Stored<Vec<OutboxItem>>;

    /// Puts a dead letter at the end of its conversation's outbox, under the epoch that stands, with attempts and resends from
    /// nought, and without the platform's ids and news of the lost one; says whose. By the store's time.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where it is not a dead letter.
    async fn resend(&self, delivery: DeliveryId, now: Instant, expires_at: Instant) -> Stored<ConversationId>;

    /// A delivery as it stands.
    async fn delivery(&self, delivery: DeliveryId) -> Stored<Option<OutboxItem>>;
}
