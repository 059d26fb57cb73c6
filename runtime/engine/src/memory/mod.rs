//! Everything in memory: the smallest implementation of the store's port, for tests and for simulation.
//!
//! One mutex makes every method a transaction, and ordered collections make every run alike. What is written here for
//! shortness is written for speed in the crate `sportello-store`; [`crate::conformance`] holds both to the same words.

mod backup;
mod contacts;
mod desk;
mod held;
mod intake;
mod jobs;
mod lane;
mod lanes;
mod learning;
mod live;
mod nodes;
mod outbox;
mod placing;
mod recordings;
mod revisions;
mod state;
mod status;
mod tokens;
mod upkeep;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use backup::Backup;
use nodes::Caller;
use state::State;

/// Keeps everything until the last of its clones is dropped.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
    caller: Option<Caller>,
}

impl MemoryStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same store as one of several nodes sees it: what another node that `lives` has is left to it. An id is never used
    /// by two nodes, nor by a node after its restart.
    #[must_use]
    pub fn node(&self, id: u64, lives: impl Fn(u64) -> bool + Send + Sync + 'static) -> Self {
        Self { state: Arc::clone(&self.state), caller: Some(Caller { id, lives: Arc::new(lives) }) }
    }

    /// A panic of another test does not matter to this one.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.caller.clone_from(&self.caller);
        state
    }
}

#[cfg(test)]
mod tests {
    use super::MemoryStore;

    crate::conformance!(async { (MemoryStore::new(), ()) });
}
