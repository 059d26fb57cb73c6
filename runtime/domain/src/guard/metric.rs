//! What a conversation is watched for, and the counts of it.

use serde::{Deserialize, Serialize};

/// What a candidate is judged by: one of them is in one arm for its whole life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Of a skill.
    #[default]
    Conversation,
    /// Of a channel.
    Delivery,
}

impl Unit {
    /// As it stands in a sentence: "in 3 of 40 …".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Conversation => "conversations",
            Self::Delivery => "deliveries",
        }
    }
}

/// What may happen in a conversation and should not happen more often with a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// The plugin gave up, or contradicted itself.
    Error,
    /// The plugin trapped, or ran into a limit other than time.
    Trap,
    /// The plugin was stopped for its time.
    TimeOut,
    /// A person was wanted.
    HandOver,
    /// A message was not understood.
    OutOfScope,
    /// A call took longer than nearly all of the active revision's calls did before: see [`super::slow_above`].
    Slow,
}

impl Metric {
    /// All of them, in the order in which people read them.
    pub const ALL: [Self; 6] = [Self::Trap, Self::Error, Self::TimeOut, Self::HandOver, Self::OutOfScope, Self::Slow];

    /// For columns and metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Trap => "trap",
            Self::TimeOut => "time-out",
            Self::HandOver => "hand-over",
            Self::OutOfScope => "out-of-scope",
            Self::Slow => "slow",
        }
    }

    /// What happened in a conversation, as it stands in a sentence: "… in 3 of 40 conversations".
    pub(super) fn in_words(self) -> &'static str {
        match self {
            Self::Error => "errors",
            Self::Trap => "traps",
            Self::TimeOut => "time-outs",
            Self::HandOver => "hand-overs",
            Self::OutOfScope => "messages that were not understood",
            Self::Slow => "slow calls",
        }
    }
}

/// Finished conversations of one arm, and in how many of them what happened. Sums of tallies are tallies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "one a metric")]
pub struct Tally {
    /// All that finished.
    pub conversations: u64,
    pub error: u64,
    pub trap: u64,
    pub time_out: u64,
    pub hand_over: u64,
    pub out_of_scope: u64,
    pub slow: u64,
}

impl Tally {
    /// One conversation in which these happened, however often.
    #[must_use]
    pub fn of(happened: &[Metric]) -> Self {
        let mut tally = Self { conversations: 1, ..Self::default() };
        for metric in happened {
            *tally.count_mut(*metric) = 1;
        }
        tally
    }

    /// In how many conversations it happened.
    #[must_use]
    pub fn count(&self, metric: Metric) -> u64 {
        match metric {
            Metric::Error => self.error,
            Metric::Trap => self.trap,
            Metric::TimeOut => self.time_out,
            Metric::HandOver => self.hand_over,
            Metric::OutOfScope => self.out_of_scope,
            Metric::Slow => self.slow,
        }
    }

    /// The same, to be added to.
    pub fn count_mut(&mut self, metric: Metric) -> &mut u64 {
        match metric {
            Metric::Error => &mut self.error,
            Metric::Trap => &mut self.trap,
            Metric::TimeOut => &mut self.time_out,
            Metric::HandOver => &mut self.hand_over,
            Metric::OutOfScope => &mut self.out_of_scope,
            Metric::Slow => &mut self.slow,
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.conversations += other.conversations;
        for metric in Metric::ALL {
            *self.count_mut(metric) += other.count(metric);
        }
    }
}
