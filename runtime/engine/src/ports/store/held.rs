//! After a backup was put back: what was not final is held until an operator releases it (rule 21).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    delivery::OutboxItem,
    ids::{ConversationId, ScheduleId},
};

use super::Stored;

/// What is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Held {
    /// Deliveries, by conversation and place.
    pub deliveries: Vec<OutboxItem>,
    /// Schedules, by the time at which they would have been due.
    pub schedules: Vec<HeldSchedule>,
}

/// A schedule that is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HeldSchedule {
    /// Its id.
    pub id: ScheduleId,
    /// Whose.
    pub conversation: ConversationId,
    /// The skill that wants to be called.
    pub skill: String,
    /// What the skill calls it.
    pub tag: String,
    /// When, by the store's time.
    pub due_at: Instant,
}

/// What is held after a backup was put back.
#[async_trait]
pub trait Holding: Send + Sync {
    /// A backup was put back: raises the generation of the store, and holds deliveries and schedules that are not final, and
    /// what turns say about items that wait still. Nobody knows what of it was done after the backup was made. Signs are cancelled
    /// instead ([`super::LATE_SIGN`]). Gives the generation.
    async fn hold(&self) -> Stored<u64>;

    /// What is held, at most `limit` of each.
    async fn held(&self, limit: u32) -> Stored<Held>;

    /// Lets what is held go its way, in order: of one conversation, or of all. Deliveries go to the end of their outboxes under
    /// the epoch that stands, with attempts and resends from nought. Says whose deliveries may leave. By the store's time.
    async fn let_go(
        &self,
        conversation: Option<ConversationId>,
        now: Instant,
        expires_at: Instant,
    ) -> Stored<Vec<ConversationId>>;

    /// Does away with what is held: of one conversation, or of all. Says how much it was.
    async fn discard_held(&self, conversation: Option<ConversationId>) -> Stored<u64>;
}
