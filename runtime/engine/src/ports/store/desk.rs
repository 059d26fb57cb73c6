//! What people see and do.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    conversation::{Contact, Conversation, TranscriptLine},
    delivery::{OutboxState, Progress},
    ids::{ConversationId, MessageId},
};

use super::{NewDelivery, NewLine, Stored};

/// Which conversations to list; empty: all.
#[derive(Clone, Debug, Default)]
pub struct ConversationFilter {
    /// `bot`, `queue` or `agent`.
    pub owner: Option<String>,
    /// Waiting in this queue.
    pub queue: Option<String>,
    /// Of this channel.
    pub channel: Option<String>,
    /// Closed ones as well.
    pub closed: bool,
}

/// A conversation in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Overview {
    /// As it stands.
    pub conversation: Conversation,
    /// Who writes.
    pub contact: Contact,
    /// The newest line that is not a note.
    pub last_line: Option<TranscriptLine>,
}

/// A line with the state of the deliveries that carry it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeliveredLine {
    /// The line.
    pub line: TranscriptLine,
    /// The least of its deliveries' states; none for lines that no delivery carries.
    pub state: Option<OutboxState>,
    /// The least of its deliveries' progress.
    pub progress: Option<Progress>,
}

impl DeliveredLine {
    /// A line with what became of its deliveries, each given by its state and progress.
    #[must_use]
    pub fn of(line: TranscriptLine, deliveries: impl IntoIterator<Item = (OutboxState, Option<Progress>)>) -> Self {
        let (mut least, mut slowest) = (None, None);
        for (state, progress) in deliveries {
            slowest = Some(slowest.map_or(progress, |known: Option<Progress>| known.min(progress)));
            if least.as_ref().is_none_or(|known| standing(&state) < standing(known)) {
                least = Some(state);
            }
        }
        Self { line, state: least, progress: slowest.flatten() }
    }
}

/// What was lost comes before what is under way, and that before what was sent.
fn standing(state: &OutboxState) -> u8 {
    match state {
        OutboxState::Dead(_) => 0,
        OutboxState::Expired => 1,
        OutboxState::Unresolved => 2,
        OutboxState::Cancelled(_) => 3,
        OutboxState::Held => 4,
        OutboxState::Unknown { .. } => 5,
        OutboxState::Queued { .. } => 6,
        OutboxState::Sending { .. } => 7,
        OutboxState::Sent => 8,
    }
}

/// An agent's answer.
#[derive(Clone, Debug)]
pub struct AgentAnswer {
    /// Where.
    pub conversation: ConversationId,
    /// Who; has to be the owner.
    pub agent: String,
    /// Drawn by the agent's client: the same key again is the same answer.
    pub key: String,
    /// The epoch that the agent saw; another one standing is a conflict.
    pub owner_epoch: u64,
    /// The line.
    pub line: NewLine,
    /// What carries it, fitted to the channel.
    pub deliveries: Vec<NewDelivery>,
    /// When.
    pub now: Instant,
}

/// Whether an answer was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is in the outbox.
    New(MessageId),
    /// The same key had been used; this is its line.
    Known(MessageId),
}

/// What people see and do. Every change of owner raises the epoch and suspends the bot's schedules until it has the conversation
/// again; a person who takes over cancels what the bot has queued (rule 11).
#[async_trait]
pub trait Desk: Send + Sync {
    /// Conversations, those that wait longest first (urgent ones before all), the others by newest activity.
    async fn conversations(&self, filter: ConversationFilter, limit: u32) -> Stored<Vec<Overview>>;

    /// One conversation.
    async fn conversation(&self, id: ConversationId) -> Stored<Option<Overview>>;

    /// Its lines, oldest first, notes included.
    async fn transcript(&self, id: ConversationId) -> Stored<Vec<DeliveredLine>>;

    /// An agent takes a conversation, from the bot, from a queue, or again (which changes nothing). One that was closing goes
    /// on.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where another agent has it or it is closed.
    async fn take(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation>;

    /// An agent answers.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where the agent is not the owner or saw another epoch.
    async fn answer(&self, answer: AgentAnswer) -> Stored<Answered>;

    /// An agent gives it back to the bot: an inbox item `HandedBack`.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where the agent is not the owner.
    async fn hand_back(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation>;

    /// It is done: closes as soon as nothing is pending (neither an item nor a delivery), `closing` until then; owned by the
    /// bot again, for when the customer comes back. With it end the dialogue's memories and schedules. Again: no change.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` where another agent has it.
    async fn resolve(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation>;
}
