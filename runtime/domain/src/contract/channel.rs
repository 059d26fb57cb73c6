//! What the host and a channel plugin say to each other.

use serde::{Deserialize, Serialize};

use super::{Bytes, Content, Event, Header, HttpRequest, HttpResponse, Json, Thread};
use crate::Instant;

/// What a channel plugin says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ChannelDescription {
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
    /// Hosts that it calls; may name settings (`{setting:api-base}`) and begin with `*.`.
    pub hosts: Vec<String>,
    /// Milliseconds for which the platform repeats a webhook that was not taken; none: it never does.
    pub redelivery: Option<u64>,
    /// Milliseconds between polls; none where the platform calls us.
    pub poll_every: Option<u32>,
}

/// How a platform counts the length of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Unicode scalar values.
    CodePoints,
    /// UTF-16 code units.
    Utf16,
    /// Bytes of UTF-8.
    Bytes,
    /// Septets of GSM 03.38, or UCS-2 units where a character has none.
    Gsm7,
}

/// So many messages per so many milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Pace {
    pub messages: u32,
    /// Milliseconds.
    pub per: u32,
}

/// What else a platform can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Ability {
    Locations,
    Contacts,
    Templates,
    Replies,
    Reactions,
    Edits,
    Retractions,
    ReadMarks,
    PublicThreads,
}

/// What a platform can carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Capabilities {
    /// Longest text of one message, in `text_unit`.
    pub text_length: u32,
    /// How it counts.
    pub text_unit: Unit,
    /// Most options of one question; 0: none, numbered text instead.
    pub choices: u32,
    /// Longest title of an option, in `text_unit`.
    pub choice_length: u32,
    /// MIME types or ranges (`image/*`).
    pub media_types: Vec<String>,
    /// Bytes.
    pub media_size: u64,
    /// What else it can do.
    pub abilities: Vec<Ability>,
    /// Milliseconds that a typing sign lasts; none: there is none.
    pub typing: Option<u32>,
    /// Hours after the customer's last message in which free messages may be sent.
    pub session_hours: Option<u32>,
    /// Of the whole channel.
    pub channel_pace: Option<Pace>,
    /// Of one thread.
    pub thread_pace: Option<Pace>,
    /// Statuses bring our delivery id back.
    pub echoes: bool,
    /// Milliseconds in which the platform itself drops a second send with our delivery id; none: never.
    pub dedupes: Option<u64>,
}

/// What a platform sent us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Webhook {
    /// Upper case.
    pub method: String,
    /// The public address that was called.
    pub url: String,
    /// Names in lower case.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Raw.
    #[serde(default)]
    pub body: Bytes,
}

/// What a webhook came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reception {
    /// What the platform gets once the events are durable.
    pub response: HttpResponse,
    /// What happened.
    pub events: Vec<Event>,
    /// Performed after the events are durable, at least once.
    #[serde(default)]
    pub afterwards: Vec<HttpRequest>,
    /// The caller may read the live stream of this address, as the still open response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
}

/// One step of `receive`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "it lives for one match")]
pub enum ReceiveStep {
    /// Perform these and call again.
    Perform(Vec<HttpRequest>),
    /// It is taken.
    Done(Reception),
}

/// Why a webhook was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The signature or token is wrong.
    Unauthorised(String),
    /// It is not what this platform sends.
    Malformed(String),
}

/// A new message to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Say {
    /// Of an e-mail, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Fitted to the channel's capabilities before a plugin sees it.
    pub contents: Vec<Content>,
    /// The platform's id of the message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

/// Replaces what a message of ours says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Amend {
    pub message_id: String,
    pub contents: Vec<Content>,
}

/// A sign on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct React {
    pub message_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
}

/// What a delivery does on the platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A new message.
    Say(Say),
    /// A changed message.
    Amend(Amend),
    /// Takes back our message with this id of the platform.
    Retract(String),
    /// A sign on a message.
    React(React),
    /// Never retried, like `Seen`.
    Typing,
    /// The customer's message with this id was read.
    Seen(String),
}

impl Act {
    /// Whether it is worth a second attempt: signs are not, they are stale by then.
    #[must_use]
    pub fn is_sign(&self) -> bool {
        matches!(self, Self::Typing | Self::Seen(_))
    }
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// The bot.
    Bot,
    /// A person, by the name that customers may see.
    Agent(String),
}

/// Something to be done on the platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Delivery {
    /// Ours, stable over retries.
    pub id: String,
    /// Which of our accounts has to speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Where.
    pub thread: Thread,
    /// Who speaks.
    pub author: Author,
    /// What.
    pub act: Act,
}

/// The platform took a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Receipt {
    /// The platform's ids of the messages that this delivery became.
    pub message_ids: Vec<String>,
    /// Replaces the thread's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
}

/// One step of `send`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SendStep {
    /// Perform these and call again.
    Perform(Vec<HttpRequest>),
    /// The platform took it.
    Done(Receipt),
}

/// What a poll found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Polled {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    pub events: Vec<Event>,
}

/// One step of `poll`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PollStep {
    /// Perform these and call again.
    Perform(Vec<HttpRequest>),
    /// What was found.
    Done(Polled),
}

/// One step of `resolve-media`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaStep {
    /// Perform these and call again.
    Perform(Vec<HttpRequest>),
    /// The request whose response body is the file.
    Download(HttpRequest),
}

/// Upkeep of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chore {
    /// Registers the webhook.
    Connect,
    /// Checks the credentials.
    Check,
    /// Takes the webhook away.
    Disconnect,
}

/// How an account is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Health {
    /// The account that the credentials belong to, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// For people.
    pub notes: Vec<String>,
    /// When it should be checked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<Instant>,
}

/// One step of `tend`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TendStep {
    /// Perform these and call again.
    Perform(Vec<HttpRequest>),
    /// It is done.
    Done(Health),
}
