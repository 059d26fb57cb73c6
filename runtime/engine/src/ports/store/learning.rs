//! What people should look at, and what they said about it.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ConversationId, TurnId},
    learning::{Correction, Utterance},
};

use super::{Journaled, Stored};

/// A part of the journal that was not looked through yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unread {
    /// The place up to which it was.
    pub from: u64,
    /// What comes after it, oldest first.
    pub turns: Vec<Journaled>,
}

/// What was found in a part of the journal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// The place up to which it had been looked through.
    pub from: u64,
    /// The place up to which it is now.
    pub to: u64,
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
    /// The next part of the journal that was not looked through, `limit` turns at most.
    async fn unread_turns(&self, limit: u32) -> Stored<Unread>;

    /// Keeps what was found. A choice makes the newest utterance of its conversation a corrected one, where that was not understood.
    /// Says whether it was kept: where another node was quicker, nothing is.
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
