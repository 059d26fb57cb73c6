//! What the host and a skill plugin say to each other.

use serde::{Deserialize, Serialize};

use super::{Analysis, Bytes, Content, Event, Exchange, HttpRequest, Json, Locale, Message, Visibility};
use crate::Instant;

/// What a skill plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SkillDescription {
    /// Lower case with dashes.
    pub name: String,
    /// Semantic version.
    pub version: String,
    /// For people.
    pub summary: String,
    /// JSON Schema of the settings.
    pub settings_schema: Json,
    /// Names of the secrets that it uses.
    pub secrets: Vec<String>,
    /// Hosts that it calls.
    pub hosts: Vec<String>,
    /// Intents that it is made for.
    pub intents: Vec<String>,
    /// Languages that it speaks.
    pub locales: Vec<Locale>,
    /// Version of what it keeps in memory.
    pub memory_version: u32,
}

/// Who writes, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Customer {
    /// The host's id of the contact.
    pub id: String,
    /// As the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Whether they have proved who they are.
    #[serde(default)]
    pub verified: bool,
    /// What skills have kept of them.
    #[serde(default)]
    pub attributes: Vec<(String, String)>,
}

/// Who wrote a line of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Speaker {
    Customer,
    Bot,
    Agent,
}

/// One message of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Line {
    pub author: Speaker,
    pub contents: Vec<Content>,
    pub at: Instant,
}

/// Opening hours of a queue, as they stand now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Opening {
    /// Whether somebody is there.
    pub open: bool,
    /// When it next opens or closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_at: Option<Instant>,
    /// Minutes east of UTC of the queue's zone then.
    #[serde(default)]
    pub utc_offset: i32,
}

/// What a skill keeps for one conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Memory {
    /// Of its shape.
    pub version: u32,
    /// Its own affair.
    pub data: Bytes,
}

/// Why a person should take over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HandOver {
    /// For the agent: why.
    pub reason: String,
    /// For the agent: what is known so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// None: the default queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// Before all others.
    #[serde(default)]
    pub urgent: bool,
}

/// What a turn is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "one a turn")]
pub enum Trigger {
    /// The customer wrote.
    Message(Message),
    /// A schedule of this skill came due, with its tag.
    Scheduled(String),
    /// An agent gave the conversation back.
    HandedBack,
    /// Another event of the platform.
    Event(Event),
    /// Tell the customer that a person takes over.
    HandingOver(HandOver),
}

/// Why the host asks a skill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Its dialogue goes on.
    Dialogue,
    /// The customer's intent is configured for it.
    Intent,
    /// The bot introduces itself.
    Greeting,
    /// Nothing was understood, or nobody is there for what was.
    Fallback,
    /// A person takes over.
    HandOver,
}

/// Everything that a skill may know about the moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Turn {
    /// Unique, and the same when the turn is called again.
    pub id: String,
    /// Stands still while the turn is called again.
    pub now: Instant,
    /// Stands still while the turn is called again.
    pub seed: u64,
    /// What it is about.
    pub trigger: Trigger,
    /// Why this skill is asked.
    pub purpose: Purpose,
    /// The host's id.
    pub conversation: String,
    /// Its name in the configuration.
    pub channel: String,
    /// Who can read the thread.
    pub visibility: Visibility,
    /// In which language to speak.
    pub locale: Locale,
    /// Who writes.
    pub customer: Customer,
    /// The last lines, oldest first.
    pub history: Vec<Line>,
    /// What the message was understood to mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub understanding: Option<Analysis>,
    /// Of the queue to which this skill would hand over.
    pub opening: Opening,
    /// What this skill kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Memory>,
    /// What was performed on behalf of this call so far.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
}

/// A wish to be called again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Schedule {
    /// Milliseconds from the turn's `now`.
    pub after: u64,
    /// Comes back; a new schedule with the same tag replaces the old.
    pub tag: String,
}

/// Work that outlives the conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Task {
    pub title: String,
    pub details: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
}

/// What a skill wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// To the customer.
    Say(Content),
    /// Keeps this, and makes the skill the active one.
    Remember(Memory),
    /// The dialogue is over: a safe point for upgrades.
    Finish,
    /// A person is wanted.
    HandOver(HandOver),
    /// Call again later.
    Schedule(Schedule),
    /// Do not call again with this tag.
    CancelSchedule(String),
    /// A customer attribute; none removes it.
    SetAttribute((String, Option<String>)),
    /// A label on the conversation.
    Tag(String),
    /// Work for the back office.
    OpenTask(Task),
}

/// The answer of one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Perform these and call again.
    Perform(Vec<HttpRequest>),
    /// All of it happens, in this order, or none.
    Effects(Vec<Effect>),
    /// Not for this skill.
    Pass,
}
