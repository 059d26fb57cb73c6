//! Which revision serves a name, and which one is being tried beside it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::RevisionId;
use crate::{Instant, ids::ConversationId};

/// How a candidate is tried (rule 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// On everything, beside the active one and without effects.
    Shadow,
    /// On a share of the conversations: percent, 1 to 100.
    Canary(u8),
}

/// A revision that is being tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Candidate {
    /// Which.
    pub revision: RevisionId,
    /// How.
    pub mode: Mode,
    /// So that it is not the same conversations each time that meet what is new.
    pub salt: u64,
    /// Since when.
    pub since: Instant,
    /// Which trial of this name it is: the rollout's generation with which it began.
    pub trial: u64,
    /// From 1; each change of the share begins another one, with counts of its own (rule 17).
    pub stage: u32,
    /// A call that takes longer counts as slow; microseconds.
    pub slow_above: u64,
}

/// What a trial begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// As [`Candidate::salt`].
    pub salt: u64,
    /// The time.
    pub now: Instant,
    /// As [`Candidate::slow_above`].
    pub slow_above: u64,
}

impl Candidate {
    /// Whether a conversation is among those that it serves. A conversation that is in a share is in every greater one.
    #[must_use]
    pub fn takes(&self, conversation: ConversationId) -> bool {
        let Mode::Canary(percent) = self.mode else { return false };
        let mut hash = Sha256::new();
        hash.update(self.salt.to_be_bytes());
        hash.update(conversation.as_bytes());
        let hash = hash.finalize();
        let drawn = u64::from_be_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]]);
        drawn % 100 < u64::from(percent)
    }
}

/// Which revision serves a name of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rollout {
    /// Of the channel, of the skill, or `nlu`.
    pub name: String,
    /// What serves it.
    pub active: Option<RevisionId>,
    /// What served it before, for a rollback.
    pub previous: Option<RevisionId>,
    /// What is being tried.
    pub candidate: Option<Candidate>,
    /// What the configuration asked for when a server last started: it is followed again once it asks for something else.
    pub configured: Option<RevisionId>,
    /// Raised by each change: of two who change it at once, one is refused.
    pub generation: u64,
}

impl Rollout {
    /// Whether it is what serves, what served before, what is tried, or what a configuration asked for.
    #[must_use]
    pub fn names(&self, revision: &RevisionId) -> bool {
        let tried = self.candidate.as_ref().map(|candidate| &candidate.revision);
        let named = [self.active.as_ref(), self.previous.as_ref(), self.configured.as_ref(), tried];
        named.into_iter().flatten().any(|named| named == revision)
    }

    /// That of a name which nothing serves yet.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(percent: u8, salt: u64) -> Candidate {
        Candidate {
            revision: RevisionId("faq@1".to_owned()),
            mode: Mode::Canary(percent),
            salt,
            since: 0,
            trial: 1,
            stage: 1,
            slow_above: 0,
        }
    }

    fn taken(candidate: &Candidate) -> Vec<u128> {
        (0..10_000).filter(|id| candidate.takes(ConversationId::new(5, *id))).collect()
    }

    #[test]
    fn a_share_is_about_as_large_as_it_says_and_grows_without_changing_sides() {
        let (tenth, half) = (taken(&candidate(10, 7)), taken(&candidate(50, 7)));
        // Three standard deviations: 10,000 draws of 0.1 and of 0.5.
        assert!(tenth.len().abs_diff(1_000) < 90, "{}", tenth.len());
        assert!(half.len().abs_diff(5_000) < 150, "{}", half.len());
        assert!(tenth.iter().all(|id| half.contains(id)));
        assert_eq!(taken(&candidate(100, 7)).len(), 10_000);
        assert_eq!(taken(&candidate(0, 7)).len(), 0);
    }

    #[test]
    fn another_rollout_meets_other_conversations() {
        let (first, second) = (taken(&candidate(10, 1)), taken(&candidate(10, 2)));
        let both = first.iter().filter(|id| second.contains(id)).count();
        // A tenth of a tenth.
        assert!(both < 150, "{both}");
    }

    #[test]
    fn a_shadow_serves_nobody() {
        assert_eq!(taken(&Candidate { mode: Mode::Shadow, ..candidate(100, 1) }).len(), 0);
    }
}
