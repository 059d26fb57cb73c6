//! What a call may use, all of it limited by default.

use std::{num::NonZeroUsize, time::Duration};

/// What one call may use. A call that reaches one of these is stopped, and its instance thrown away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of all its memories and tables together.
    pub memory: usize,
    /// Time on a processor. Checked at each tick of 10 ms, so that it is exact to some 20 ms.
    pub cpu: Duration,
    /// Time on the wall, checked like the former: a guest never waits for the host, so it is always about to be checked.
    pub wall: Duration,
    /// Work that it makes the host do: one unit a call, and one for each KiB that the call is about.
    pub host_work: u64,
    /// Bytes that it may hand over in one go: what it returns, or the arguments of a host call.
    pub output: usize,
    /// Bytes that it may write to its log.
    pub log: usize,
}

impl Limits {
    /// For a call within a turn: much more than an honest plugin takes.
    #[must_use]
    pub fn call() -> Self {
        Self {
            memory: 128 << 20,
            cpu: Duration::from_secs(1),
            wall: Duration::from_secs(10),
            host_work: 32 << 10,
            output: 16 << 20,
            log: 64 << 10,
        }
    }

    /// For loading a model of language understanding, and for the memory that it keeps.
    #[must_use]
    pub fn model() -> Self {
        Self { memory: 512 << 20, cpu: Duration::from_secs(30), wall: Duration::from_secs(60), ..Self::call() }
    }

    /// For training one.
    #[must_use]
    pub fn training() -> Self {
        Self {
            memory: 1 << 30,
            cpu: Duration::from_secs(15 * 60),
            wall: Duration::from_secs(30 * 60),
            output: 256 << 20,
            log: 1 << 20,
            ..Self::call()
        }
    }
}

/// How many calls run and wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// Calls under way at once, over all plugins; each holds a slot of the pool.
    pub total: usize,
    /// Calls under way at once of one revision. A guest never waits, so that more of them than there are processors would only
    /// take turns, and a plugin that spins would have everybody else wait for all of its turns.
    pub per_revision: usize,
    /// Calls of one revision that may wait for their turn; one more is told that the plugin is busy.
    pub waiting: usize,
    /// Instances of a language understanding plugin that keep their model.
    pub warm: usize,
    /// Idle instances of all plugins that are trusted to serve call after call; each holds a slot of the pool.
    pub kept: usize,
}

impl Default for Concurrency {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
        Self { total: 64, per_revision: processors, waiting: 1024, warm: 2, kept: 32 }
    }
}
