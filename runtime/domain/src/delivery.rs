//! What becomes of something that is to be done on a platform.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::contract::{Act, Author, DeliveryState, Failure};
use crate::ids::{ConversationId, DeliveryId, MessageId, TurnId};

/// Where a delivery stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutboxState {
    /// It waits for its time.
    Queued {
        /// Not before.
        due_at: Instant,
    },
    /// Made durable before the first byte leaves.
    Sending {
        /// By then it is over, one way or the other.
        deadline: Instant,
    },
    /// The platform took it.
    Sent,
    /// It may or may not have arrived, and holds the lane for a while.
    Unknown {
        /// The lane goes on then at the latest.
        hold_until: Instant,
    },
    /// Nobody could find out whether it arrived; an operator decides.
    Unresolved,
    /// It will never arrive by itself; an operator may send it again.
    Dead(Failure),
    /// Its time was over before it could leave.
    Expired,
    /// It was not final when a backup was made that was put back since; an operator decides (rule 21).
    Held,
    /// Another speaker, a lost part of its group or an operator stopped it.
    Cancelled(String),
}

impl OutboxState {
    /// Whether the lane is done with it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Queued { .. } | Self::Sending { .. } | Self::Unknown { .. })
    }

    /// For columns, metrics and filters.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Sending { .. } => "sending",
            Self::Sent => "sent",
            Self::Unknown { .. } => "unknown",
            Self::Unresolved => "unresolved",
            Self::Dead(_) => "dead",
            Self::Expired => "expired",
            Self::Held => "held",
            Self::Cancelled(_) => "cancelled",
        }
    }
}

/// A delivery with all that the dispatcher has to know of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OutboxItem {
    /// Stable over retries.
    pub id: DeliveryId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// Its place in the conversation's order of sending; from 1.
    pub position: u64,
    /// The turn that wanted it; none: an agent did.
    pub turn: Option<TurnId>,
    /// Its place within the turn or the answer; unique there.
    pub ordinal: u32,
    /// The line of the transcript that it carries out; parts of one line are a group.
    pub line: Option<MessageId>,
    /// Who speaks.
    pub author: Author,
    /// What is to be done.
    pub act: Act,
    /// The epoch with which its turn ended: a bot's delivery under an older one never leaves.
    pub owner_epoch: u64,
    /// Where it stands.
    pub state: OutboxState,
    /// How often it was begun.
    pub attempt: u32,
    /// How often it was sent again although its outcome was unknown.
    pub resends: u32,
    /// It does not leave after this, by the store's time.
    pub expires_at: Instant,
    /// The platform's ids, once it took it.
    pub platform_ids: Vec<String>,
    /// How far it got, as the platform tells it.
    pub progress: Option<Progress>,
}

/// How far a sent message got; ordered, and merged by taking the farther.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "as in DeliveryState")]
pub enum Progress {
    Accepted,
    Delivered,
    Read,
}

/// What the platform has told of one message, whatever the order of its news: a lattice, so that merging is commutative,
/// associative and idempotent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct News {
    /// The farthest that was told.
    pub progress: Option<Progress>,
    /// That it failed, whatever else was told; the first reason stays.
    pub failed: Option<Failure>,
}

impl News {
    /// Takes one more status in.
    #[must_use]
    pub fn merge(mut self, state: &DeliveryState) -> Self {
        let progress = match state {
            DeliveryState::Accepted => Progress::Accepted,
            DeliveryState::Delivered => Progress::Delivered,
            DeliveryState::Read => Progress::Read,
            DeliveryState::Failed(failure) => {
                self.failed.get_or_insert_with(|| failure.clone());
                return self;
            }
        };
        self.progress = self.progress.max(Some(progress));
        self
    }
}

impl OutboxItem {
    /// Takes in what the platform told of this delivery, and says whether it is lost by that.
    ///
    /// `named`: the platform named our delivery id, which proves that it has it and settles what was not known; by its
    /// own ids only what was sent can be meant. A failure told of an earlier attempt does not stop the next one.
    pub fn learn(&mut self, news: &News, named: bool) -> bool {
        self.progress = self.progress.max(news.progress);
        // What is held may have been sent after the backup was made, and nobody here knows of that attempt (rule 21).
        let retried = match self.state {
            OutboxState::Queued { .. } => self.attempt > 0,
            OutboxState::Held => true,
            _ => false,
        };
        let open =
            matches!(self.state, OutboxState::Sending { .. } | OutboxState::Unknown { .. } | OutboxState::Unresolved);
        match &news.failed {
            Some(failure) if self.state == OutboxState::Sent || (named && open) => {
                self.state = OutboxState::Dead(failure.clone());
                true
            }
            None if named && (open || retried) => {
                self.state = OutboxState::Sent;
                false
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn state() -> impl Strategy<Value = DeliveryState> {
        prop_oneof![
            Just(DeliveryState::Accepted),
            Just(DeliveryState::Delivered),
            Just(DeliveryState::Read),
            Just(DeliveryState::Failed(Failure::Blocked)),
        ]
    }

    proptest! {
        #[test]
        fn statuses_may_come_in_any_order_and_twice(mut states in proptest::collection::vec(state(), 0..6)) {
            let merge = |states: &[DeliveryState]| states.iter().fold(News::default(), News::merge);
            let straight = merge(&states);
            states.reverse();
            prop_assert_eq!(&merge(&states), &straight);
            states.extend(states.clone());
            prop_assert_eq!(&merge(&states), &straight);
        }
    }

    fn delivery(state: OutboxState, attempt: u32) -> OutboxItem {
        OutboxItem {
            id: DeliveryId::new(1, 1),
            conversation: ConversationId::new(1, 1),
            position: 1,
            turn: None,
            ordinal: 0,
            line: None,
            author: Author::Bot,
            act: Act::Typing,
            owner_epoch: 0,
            state,
            attempt,
            resends: 0,
            expires_at: 9,
            platform_ids: Vec::new(),
            progress: None,
        }
    }

    #[test]
    fn our_own_id_settles_what_was_not_known_and_the_platforms_does_not() {
        let told = News::default().merge(&DeliveryState::Delivered);
        for (state, attempt) in [
            (OutboxState::Sending { deadline: 5 }, 1),
            (OutboxState::Unknown { hold_until: 5 }, 1),
            (OutboxState::Unresolved, 1),
            (OutboxState::Queued { due_at: 5 }, 1),
        ] {
            let mut item = delivery(state.clone(), attempt);
            assert!(!item.learn(&told, false));
            assert_eq!(item.state, state);
            assert!(!item.learn(&told, true));
            assert_eq!((item.state, item.progress), (OutboxState::Sent, Some(Progress::Delivered)));
        }
        let mut fresh = delivery(OutboxState::Queued { due_at: 5 }, 0);
        fresh.learn(&told, true);
        assert_eq!(fresh.state, OutboxState::Queued { due_at: 5 }, "what never left was not delivered");
    }

    #[test]
    fn a_failure_loses_what_was_sent_once_and_spares_what_is_tried_again() {
        let told = News::default().merge(&DeliveryState::Failed(Failure::Blocked));
        let mut sent = delivery(OutboxState::Sent, 1);
        assert!(sent.learn(&told, false));
        assert_eq!(sent.state, OutboxState::Dead(Failure::Blocked));
        assert!(!sent.learn(&told, false));
        let mut retried = delivery(OutboxState::Queued { due_at: 5 }, 1);
        assert!(!retried.learn(&told, true));
        assert_eq!(retried.state, OutboxState::Queued { due_at: 5 });
    }

    #[test]
    fn read_is_never_taken_back() {
        let news = News::default().merge(&DeliveryState::Read).merge(&DeliveryState::Delivered);
        assert_eq!(news.progress, Some(Progress::Read));
    }
}
