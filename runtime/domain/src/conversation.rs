//! A conversation and who speaks in it.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::contract::{Content, HandOver, Locale, Speaker, Thread};
use crate::ids::{ContactId, ConversationId, DeliveryId, MessageId};
use crate::revision::RevisionId;

/// Who answers the customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The bot.
    #[default]
    Bot,
    /// Nobody yet: it waits for a person.
    Queue(Waiting),
    /// A person.
    Agent(Agent),
}

/// A place in a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Waiting {
    /// The name of the queue.
    pub queue: String,
    /// Since when.
    pub since: Instant,
    /// Why, and what is known.
    pub hand_over: HandOver,
}

/// The person who has the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Agent {
    /// The name that signs the answers.
    pub name: String,
    /// Since when.
    pub since: Instant,
}

impl Owner {
    /// Whether the bot may speak.
    #[must_use]
    pub fn is_bot(&self) -> bool {
        matches!(self, Self::Bot)
    }

    /// For columns, metrics and filters.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Queue(_) => "queue",
            Self::Agent(_) => "agent",
        }
    }
}

/// Whether a conversation goes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// It goes on.
    #[default]
    Open,
    /// It ends as soon as nothing is pending; another message opens it again.
    Closing,
    /// It has ended; another message begins a new one.
    Closed,
}

/// The skill that has the conversation's dialogue, and in which revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ActiveSkill {
    /// Its name in the configuration.
    pub name: String,
    /// Kept until a safe point.
    pub revision: RevisionId,
}

/// A conversation as it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Conversation {
    /// The host's id.
    pub id: ConversationId,
    /// The channel's name in the configuration.
    pub channel: String,
    /// Our number, page or workspace.
    pub account: Option<String>,
    /// Where answers go.
    pub thread: Thread,
    /// Who writes.
    pub contact: ContactId,
    /// Whether it goes on.
    pub stage: Stage,
    /// Who answers.
    pub owner: Owner,
    /// Raised by each change of owner: fences speakers.
    pub owner_epoch: u64,
    /// Raised by each claim of the lane: fences nodes.
    pub lane_token: u64,
    /// The newest accepted item; 0: none.
    pub last_seq: u64,
    /// The newest item whose turn is committed.
    pub done_seq: u64,
    /// The language in which to speak, once known.
    pub locale: Option<Locale>,
    /// The skill whose dialogue goes on.
    pub active_skill: Option<ActiveSkill>,
    /// How many messages in a row were not understood.
    pub misunderstandings: u32,
    /// Whether the bot has introduced itself.
    pub greeted: bool,
    /// Labels.
    pub tags: Vec<String>,
    /// When it began.
    pub opened_at: Instant,
    /// When the customer last wrote: the session window counts from here.
    pub last_customer_at: Option<Instant>,
}

/// A customer, whatever their addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Contact {
    /// The host's id.
    pub id: ContactId,
    /// As a platform tells it.
    pub name: Option<String>,
    /// As a platform tells it.
    pub locale: Option<Locale>,
    /// Whether they have proved who they are.
    pub verified: bool,
    /// What skills have kept of them.
    pub attributes: Vec<(String, String)>,
}

/// Who stands behind a line of the transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Voice {
    /// The customer.
    Customer,
    /// The bot; with the skill that spoke, or none for the host itself.
    Bot(Option<String>),
    /// A person, by name.
    Agent(String),
    /// The company, from elsewhere: its phone, another tool.
    Echo,
    /// A note for people; never shown to customers.
    Note,
    /// What this skill would have answered, for a person to check and send; never shown to customers.
    Suggestion(String),
}

impl Voice {
    /// As skills see it; notes are not for them.
    #[must_use]
    pub fn speaker(&self) -> Option<Speaker> {
        match self {
            Self::Customer => Some(Speaker::Customer),
            Self::Bot(_) => Some(Speaker::Bot),
            Self::Agent(_) | Self::Echo => Some(Speaker::Agent),
            Self::Note | Self::Suggestion(_) => None,
        }
    }
}

/// A line of the transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TranscriptLine {
    /// The host's id.
    pub id: MessageId,
    /// Who stands behind it.
    pub voice: Voice,
    /// What it says now; empty once it was taken back.
    pub contents: Vec<Content>,
    /// The platform's time of a customer's line, the host's of all others.
    pub at: Instant,
    /// The platform's id of a customer's message.
    pub platform_id: Option<String>,
    /// Whether it was changed or taken back since.
    pub changed: bool,
    /// The delivery that carried it out, where one did.
    pub delivery: Option<DeliveryId>,
}
