//! Starting, waking and cleaning.

use async_trait::async_trait;
use sportello_domain::{Instant, ids::ConversationId};

use super::{PendingErrand, Stored};

/// What has to be done now.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// Lanes with items.
    pub turns: Vec<ConversationId>,
    /// Outboxes whose head may leave, has lapsed or is unsettled.
    pub sends: Vec<ConversationId>,
    /// Errands.
    pub errands: Vec<PendingErrand>,
}

/// What was found at start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Deliveries that were being sent: unknown now.
    pub unknown: u64,
    /// Turns that had begun what is not repeatable.
    pub frozen: u64,
    /// Lanes with items.
    pub lanes: u64,
}

/// Figures for operators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Gauges {
    pub open_conversations: u64,
    pub waiting_conversations: u64,
    pub pending_items: u64,
    pub queued_deliveries: u64,
    pub unknown_deliveries: u64,
    pub dead_letters: u64,
    pub held_deliveries: u64,
    pub quarantined: u64,
}

/// How long things are kept; milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Keys of deduplication; at least 30 days.
    pub keys: u64,
    /// Journals of turns, and what was found in them for people to look at.
    pub journal: u64,
    /// So many turns are kept in the journal, however young: a number, not a time.
    pub journal_turns: u64,
    /// So many recorded calls of channels are kept, likewise; in time they go with the journal.
    pub recordings: u64,
    /// Events of streams.
    pub live: u64,
    /// A conversation of the bot in which nothing happened for so long is closed, unless something is pending or scheduled.
    pub idle: u64,
}

/// Starting, waking and cleaning.
#[async_trait]
pub trait Upkeep: Send + Sync {
    /// The key of all keyed hashes: `fresh` where there is none yet.
    async fn installation_key(&self, fresh: [u8; 32]) -> Stored<[u8; 32]>;

    /// The store's time, in milliseconds: what it was when it was last kept, or what this node takes it to be (`own`) where that is
    /// more. It begins as the time on the wall, and then counts what passes, whatever becomes of the wall. At its start a node knows
    /// none; then the time that passed since somebody last kept it is counted by the wall, for nothing else saw it pass. `wall` is
    /// the node's; a store that several nodes share has a clock of its own. One that a single node has keeps it every ten seconds.
    async fn keep_time(&self, own: Option<Instant>, wall: Instant) -> Stored<Instant>;

    /// At start: what this node and those that live no more were sending is unknown now, and holds its lane until
    /// `hold_until`; a sign, and all on the channels `unheld`, of which waiting would bring no news, until now. By the store's time.
    async fn recover(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery>;

    /// While others may die: what nodes were sending that live no more is unknown now, as with [`Self::recover`]. A store of one
    /// node has no others.
    async fn take_over(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        let _ = (now, hold_until, unheld);
        Ok(Recovery::default())
    }

    /// What has to be done now, by the store's time: at most `limit` of each.
    async fn due(&self, now: Instant, limit: u32) -> Stored<Due>;

    /// Forgets what was kept long enough, closes what is idle; by the clock on the wall.
    async fn sweep(&self, now: Instant, retention: Retention) -> Stored<()>;

    /// Figures for operators.
    async fn gauges(&self) -> Stored<Gauges>;
}
