//! What happens on a platform.

use serde::{Deserialize, Serialize};

use super::{Content, Failure, Json, Locale};
use crate::Instant;

/// Who can read a thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Visibility {
    /// Between the customer and the company.
    #[default]
    Private,
    /// Several people.
    Group,
    /// Anyone.
    Public,
}

/// Where a conversation happens on the platform.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Thread {
    /// Phone number, chat id, address.
    pub address: String,
    /// Who can read it.
    #[serde(default)]
    pub visibility: Visibility,
    /// The post or message that a public thread hangs under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Whatever the plugin wants back with every delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memo: Option<String>,
}

/// A person on the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Sender {
    /// The platform's id.
    pub id: String,
    /// As the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// As the platform tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The same person's other ids on this platform.
    #[serde(default)]
    pub aliases: Vec<String>,
}

impl Sender {
    /// All ids by which the platform knows them, the first first.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.id).chain(&self.aliases)
    }
}

/// However many parts it has, it is one message and one turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Message {
    /// Who wrote it.
    pub sender: Sender,
    /// Of an e-mail, say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its parts, in order.
    pub contents: Vec<Content>,
    /// The platform's id of the message that this one answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<String>,
}

impl Message {
    /// All the words of the message, in order, as one text.
    #[must_use]
    pub fn words(&self) -> String {
        self.contents.iter().filter_map(Content::words).collect::<Vec<_>>().join("\n")
    }
}

/// Which of our messages a status is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusOf {
    /// An id from our receipt.
    Message(String),
    /// Our delivery id.
    Delivery(String),
    /// Everything sent to the thread up to then.
    UpTo(Instant),
}

/// How far a message of ours got, as the platform tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// The platform has it.
    Accepted,
    /// The customer's device has it.
    Delivered,
    /// The customer has seen it.
    Read,
    /// It did not arrive.
    Failed(Failure),
}

/// What became of a message that we sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct DeliveryStatus {
    pub of: StatusOf,
    pub state: DeliveryState,
}

/// The customer changed a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Edit {
    pub message_id: String,
    pub contents: Vec<Content>,
}

/// A sign put on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Reaction {
    pub message_id: String,
    pub sender: Sender,
    /// None: the reaction was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
}

/// What brought the customer here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Referral {
    pub sender: Sender,
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub details: Json,
}

/// A yes or a no to messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Consent {
    pub sender: Sender,
    /// None: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    pub granted: bool,
}

/// The platform moved a customer to another address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct AddressChange {
    pub old: String,
    pub new: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// The customer wrote.
    Message(Message),
    /// News of a message of ours.
    Status(DeliveryStatus),
    /// The customer changed a message.
    Edited(Edit),
    /// The platform's id of the message that was taken back.
    Deleted(String),
    /// A sign on a message.
    Reaction(Reaction),
    /// What brought the customer here.
    Referral(Referral),
    /// A yes or a no to messages.
    Consent(Consent),
    /// The customer has another address now.
    AddressChanged(AddressChange),
    /// The customer is typing.
    Typing(Sender),
    /// Sent by the company from elsewhere: kept in the history, never answered.
    Echo(Message),
}

impl Happening {
    /// The kind, for deduplication, metrics and people; a status with its state, as rule 1 of delivery wants it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Message(_) => "message",
            Self::Status(status) => match status.state {
                DeliveryState::Accepted => "status-accepted",
                DeliveryState::Delivered => "status-delivered",
                DeliveryState::Read => "status-read",
                DeliveryState::Failed(_) => "status-failed",
            },
            Self::Edited(_) => "edited",
            Self::Deleted(_) => "deleted",
            Self::Reaction(_) => "reaction",
            Self::Referral(_) => "referral",
            Self::Consent(_) => "consent",
            Self::AddressChanged(_) => "address-changed",
            Self::Typing(_) => "typing",
            Self::Echo(_) => "echo",
        }
    }

    /// Who did it, where the platform says so.
    #[must_use]
    pub fn sender(&self) -> Option<&Sender> {
        match self {
            Self::Message(message) => Some(&message.sender),
            Self::Reaction(reaction) => Some(&reaction.sender),
            Self::Referral(referral) => Some(&referral.sender),
            Self::Consent(consent) => Some(&consent.sender),
            Self::Typing(sender) => Some(sender),
            Self::Status(_) | Self::Edited(_) | Self::Deleted(_) | Self::AddressChanged(_) | Self::Echo(_) => None,
        }
    }
}

/// One thing that happened on the platform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Event {
    /// The platform's id of this happening.
    pub id: String,
    /// Our number, page or workspace, where one webhook serves several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// None: a status whose platform names no address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<Thread>,
    /// The platform's time.
    pub at: Instant,
    /// What it was.
    pub happening: Happening,
}

/// Bytes of an id or an address that the host can look up by; a row of PostgreSQL's indexes holds 2,704, and up to three stand in one. The
/// longest of real platforms, the message ids of e-mail, are lines of at most 998 characters (RFC 5322, 2.1.1) and are a tenth of it.
pub const LONGEST_ID: usize = 800;

impl Event {
    /// What of it is longer than [`LONGEST_ID`], so that it can neither be placed nor found again.
    #[must_use]
    pub fn overlong(&self) -> Option<&'static str> {
        let thread = self.thread.as_ref();
        let sender = self.happening.sender();
        let changed = match &self.happening {
            Happening::AddressChanged(change) => Some([&change.old, &change.new]),
            _ => None,
        };
        let of_status = match &self.happening {
            Happening::Status(DeliveryStatus { of: StatusOf::Message(id), .. }) => Some(id),
            _ => None,
        };
        let is_long = |text: &String| text.len() > LONGEST_ID;
        let parts = [
            ("account", self.account.as_ref().is_some_and(is_long)),
            ("address", thread.is_some_and(|thread| is_long(&thread.address))),
            ("parent", thread.and_then(|thread| thread.parent.as_ref()).is_some_and(is_long)),
            ("sender", sender.is_some_and(|sender| is_long(&sender.id) || sender.aliases.iter().any(is_long))),
            ("changed address", changed.into_iter().flatten().any(is_long)),
            ("message id", of_status.is_some_and(is_long)),
        ];
        parts.into_iter().find_map(|(part, is_long)| is_long.then_some(part))
    }
}
