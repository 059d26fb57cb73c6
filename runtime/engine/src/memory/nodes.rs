//! Several nodes on one store: lanes and sends belong to a node for as long as it lives (rules 6 and 12).

use std::sync::Arc;

use super::state::State;
use crate::ports::store::{StoreError, Stored};

/// Who calls.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) id: u64,
    pub(super) lives: Arc<dyn Fn(u64) -> bool + Send + Sync>,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "node {}", self.id)
    }
}

impl State {
    /// The node that calls; none where there is but one.
    pub(super) fn own(&self) -> Option<u64> {
        self.caller.as_ref().map(|caller| caller.id)
    }

    /// Whether another node that lives has what this one is about to take; this one has to live itself.
    pub(super) fn is_elsewhere(&self, holder: Option<u64>) -> Stored<bool> {
        let Some(caller) = &self.caller else { return Ok(false) };
        if !(caller.lives)(caller.id) {
            let message = "this node has no lease".to_owned();
            return Err(StoreError::Failed { operation: "take something", message });
        }
        Ok(holder.is_some_and(|holder| holder != caller.id && (caller.lives)(holder)))
    }
}
