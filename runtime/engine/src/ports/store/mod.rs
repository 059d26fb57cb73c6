//! Keeping everything: the port to the store, one trait an aggregate.
//!
//! Every method is one transaction, durable when it returns ([`Upkeep::sweep`] alone is several). Methods take ids, times
//! and keys as arguments, so that a store draws nothing by itself and every implementation answers alike; the module
//! `conformance` holds them to it.
//!
//! There are two times. Whatever waits, holds or expires does so by the store's time ([`Upkeep::keep_time`]), which never jumps
//! and is the same for all nodes. What people are shown, and what is kept for days, goes by the clock on the wall.
//! Rule numbers are those in `runtime/DELIVERY.md`.

mod contacts;
mod desk;
mod errands;
mod held;
mod intake;
mod jobs;
mod lanes;
mod learning;
mod live;
mod outbox;
mod recordings;
mod revisions;
mod tokens;
mod upkeep;

pub use contacts::*;
pub use desk::*;
pub use errands::*;
pub use held::*;
pub use intake::*;
pub use jobs::*;
pub use lanes::*;
pub use learning::*;
pub use live::*;
pub use outbox::*;
pub use recordings::*;
pub use revisions::*;
pub use tokens::*;
pub use upkeep::*;

use sportello_domain::{
    Instant,
    contract::{Content, Failure, HandOver},
    conversation::{Voice, Waiting},
    ids::MessageId,
};

/// Why a queued delivery of the bot is cancelled by a change of owner, for people.
pub const OWNER_CHANGED: &str = "the conversation has another owner by now";
/// Why a queued part is cancelled by the loss of another one, for people.
pub const PART_LOST: &str = "another part of the same message did not arrive";
/// Why a sign (typing, read) is cancelled where other deliveries are held, for people.
pub const LATE_SIGN: &str =
    "a backup was put back, and by the time that it could be sent it would tell nothing any more";
/// Why a held delivery is cancelled by an operator, for people.
pub const DISCARDED: &str = "it was held after a backup was put back, and an operator discarded it";

/// Everything that is kept.
pub trait Store:
    Intake
    + Lanes
    + Outbox
    + Desk
    + Contacts
    + LiveLog
    + Tokens
    + Upkeep
    + Holding
    + Recordings
    + Revisions
    + Learning
    + Jobs
{
}

impl<T> Store for T where
    T: Intake
        + Lanes
        + Outbox
        + Desk
        + Contacts
        + LiveLog
        + Tokens
        + Upkeep
        + Holding
        + Recordings
        + Revisions
        + Learning
        + Jobs
{
}

/// Why the store did not do something. Where it returns one, nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no room; what was to be stored must be refused, not acknowledged.
    #[error("{operation}: the store is full: make room on its disk")]
    Full {
        /// What was being done.
        operation: &'static str,
    },
    /// The store failed; the outcome of a commit may be unknown.
    #[error("{operation}: {message}")]
    Failed {
        /// What was being done.
        operation: &'static str,
        /// The cause.
        message: String,
    },
    /// Another node, or another claim, has the lane by now.
    #[error("the lane was taken over: this turn is not committed")]
    LaneLost,
    /// The owner has changed since; the turn has to end without speaking.
    #[error("the conversation has another owner by now (epoch {owner_epoch})")]
    Superseded {
        /// The epoch that stands.
        owner_epoch: u64,
    },
    /// The cursor of a poll was moved by somebody else; its events are not accepted.
    #[error("another poll of this channel came first")]
    CursorMoved,
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// Which sort of thing.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// It is not possible as things stand; the text says what to do.
    #[error("{0}")]
    Conflict(String),
}

/// Result of an operation of the store.
pub type Stored<T> = Result<T, StoreError>;

/// A line to be added to a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLine {
    /// Drawn by the caller.
    pub id: MessageId,
    /// Who stands behind it.
    pub voice: Voice,
    /// What it says.
    pub contents: Vec<Content>,
    /// When.
    pub at: Instant,
}

/// Tells a person: adds a note, and puts the conversation in a queue where the bot has it (raising its epoch; what
/// the bot has queued goes along). One that is
/// closing opens again, so that the person finds it; one that is closed only gets the note.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// What happened, for people: a line with [`Voice::Note`].
    pub note: NewLine,
    /// The queue, and why.
    pub waiting: Waiting,
}

impl Telling {
    /// What a person is told when the platform takes back that it delivered something.
    #[must_use]
    pub fn undelivered(note: MessageId, failure: &Failure, queue: String, now: Instant) -> Self {
        let reason = format!("A message did not arrive: {failure}");
        let contents = vec![Content::Text(reason.clone())];
        Self {
            note: NewLine { id: note, voice: Voice::Note, contents, at: now },
            waiting: Waiting { queue, since: now, hand_over: HandOver { reason, ..HandOver::default() } },
        }
    }
}
