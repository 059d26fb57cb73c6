//! Idle connections of one revision, by origin: the next request saves the handshakes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{connection::Connection, grant::Target};

/// How long a connection may idle and still be used.
const IDLE: Duration = Duration::from_secs(60);
/// As above, for a request that leaves at most once: many servers close after five seconds, and a request that meets the
/// closing has an unknown outcome.
const IDLE_ONCE: Duration = Duration::from_secs(4);
/// Idle connections kept for one origin: as many as one revision may use at once, or they would come and go under load.
const KEPT: usize = 128;

struct Idle {
    connection: Connection,
    since: Instant,
}

/// Idle connections.
#[derive(Default)]
pub(crate) struct Pool {
    idle: Mutex<HashMap<Target, Vec<Idle>>>,
}

impl Pool {
    /// The connection that idled least, if one is fresh enough.
    pub(crate) fn take(&self, target: &Target, repeatable: bool) -> Option<Connection> {
        let patience = if repeatable { IDLE } else { IDLE_ONCE };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle.get_mut(target)?;
        waiting.retain(Idle::is_useful);
        if waiting.last()?.since.elapsed() >= patience {
            return None;
        }
        waiting.pop().map(|idle| idle.connection)
    }

    /// Keeps a connection whose answer was read to the end.
    pub(crate) fn put(&self, target: Target, connection: Connection) {
        if !connection.is_open() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|_, waiting| {
            waiting.retain(Idle::is_useful);
            !waiting.is_empty()
        });
        let waiting = idle.entry(target).or_default();
        if waiting.len() < KEPT {
            waiting.push(Idle { connection, since: Instant::now() });
        }
    }
}

impl Idle {
    fn is_useful(&self) -> bool {
        self.connection.is_open() && self.since.elapsed() < IDLE
    }
}
