//! Where the platform finds the program: an address for each node, which changes when the node starts again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sportello_harness::Server;

#[derive(Debug, Default)]
struct State {
    hooks: Vec<String>,
    next: usize,
}

/// The addresses of all nodes; clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Doors(Arc<Mutex<State>>);

impl Doors {
    /// A node is reached here from now on; nodes count from 0.
    pub fn open(&self, node: usize, server: &Server) {
        let mut state = self.state();
        if state.hooks.len() <= node {
            state.hooks.resize(node + 1, String::new());
        }
        state.hooks[node] = server.hook("whatsapp");
    }

    /// Where the next webhook goes: one node after the other, as a balancer in front of them that knows nothing would have it.
    /// What is down refuses.
    pub fn next(&self) -> String {
        let mut state = self.state();
        state.next += 1;
        let node = state.next % state.hooks.len().max(1);
        state.hooks.get(node).cloned().unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
