//! How much load a benchmark of the whole path makes, as its user says it.

use clap::Args;

use super::{Crowd, Load, Pace};

/// How much load.
#[derive(Args, Clone, Copy)]
pub(crate) struct Amount {
    /// Messages of one load.
    #[arg(long, default_value_t = 12_000)]
    pub(crate) messages: usize,
    /// Conversations of one load; each has its share of the messages.
    #[arg(long, default_value_t = 2_000)]
    pub(crate) conversations: usize,
    /// Conversations at the same time.
    #[arg(long, default_value_t = 128)]
    pub(crate) at_once: usize,
}

impl Amount {
    /// As a load in which nobody asks for a person.
    pub(crate) fn load(self, pace: Pace, crowd: Crowd) -> Load {
        let Self { messages, conversations, at_once } = self;
        Load { conversations, each: messages.div_ceil(conversations), at_once, pace, crowd, person_every: 0 }
    }
}
