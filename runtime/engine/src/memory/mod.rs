//! Everything in memory: the smallest implementation of the store's port, for tests and for simulation.
//!
//! One mutex makes every method a transaction, and ordered collections make every run alike. What is written here for
//! shortness is written for speed in the crate `sportello-store`; [`crate::conformance`] holds both to the same words.

mod desk;
mod held;
mod intake;
mod lane;
mod lanes;
mod live;
mod outbox;
mod placing;
mod state;
mod status;
mod tokens;
mod upkeep;

use std::sync::{Mutex, MutexGuard, PoisonError};

use state::State;

/// Keeps everything until it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A panic of another test does not matter to this one.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;

    crate::conformance!(async { (MemoryStore::new(), ()) });
}
