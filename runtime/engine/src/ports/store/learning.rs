//! What people should look at, and what they said about it.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ConversationId, TurnId},
    learning::{Correction, Utterance},
};

use super::{Journaled, Stored};

/// What was found in turns that were unread.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Their places in the journal.
    pub read: Vec<u64>,
    /// For people to look at.
    pub utterances: Vec<Utterance>,
    /// What customers chose who had not been understood; told after the utterances.
    pub choices: Vec<Chosen>,
}

/// A customer chose what had been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Where.
    pub conversation: ConversationId,
    /// Only what was written since then was meant.
    pub since: Instant,
    /// What was meant.
    pub intent: String,
}

/// What people should look at, and what they said about it.
#[async_trait]
pub trait Learning: Send + Sync {
    /// The oldest turns that something can be learnt from ([`super::TurnCommit::instructive`]) and that nobody has read yet, so many
    /// at most, in the order of the journal.
    async fn unread_turns(&self, limit: u32) -> Stored<Vec<Journaled>>;

    /// Keeps what was found, and knows those turns as read. A choice makes the newest utterance of its conversation a corrected one,
    /// where that was not understood. Says whether it was kept: where another node has read any of those turns, nothing is.
    async fn keep_findings(&self, findings: Findings) -> Stored<bool>;

    /// What nobody has looked at yet, newest first.
    async fn utterances(&self, limit: u32) -> Stored<Vec<Utterance>>;

    /// Keeps what somebody said, and takes the utterances that it is about off the list.
    ///
    /// # Errors
    /// `NotFound` where one of them is not on it: somebody else was quicker.
    async fn correct(&self, corrections: Vec<Correction>, utterances: Vec<TurnId>) -> Stored<()>;

    /// All that was said, oldest first.
    async fn corrections(&self) -> Stored<Vec<Correction>>;
}
