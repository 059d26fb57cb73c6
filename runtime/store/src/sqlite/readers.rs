//! Connections that only look, each on a thread of its own while it does.

use std::sync::{Arc, Mutex, PoisonError};

use sportello_engine::ports::{StoreError, store::Stored};
use tokio::sync::Semaphore;

use super::Connection;
use crate::{error::Done, operation::Operation};

/// A few connections, and as many who may look at the same time.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    all: usize,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Self {
        let all = connections.len();
        Self { idle: Arc::new(Mutex::new(connections)), permits: Arc::new(Semaphore::new(all)), all }
    }

    pub(super) async fn read<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        let failed = |message: &str| StoreError::Failed { operation: O::NAME, message: message.to_owned() };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| failed("the store is closed"))?;
        let idle = Arc::clone(&self.idle);
        let look = move || {
            let _permit = permit;
            let mut connection = lock(&idle).pop()?;
            let seen = look(&mut connection, &operation);
            lock(&idle).push(connection);
            Some(seen)
        };
        match tokio::task::spawn_blocking(look).await {
            Ok(Some(seen)) => seen.map_err(|failure| failure.told(O::NAME)),
            Ok(None) => Err(failed("no connection is left")),
            Err(error) => Err(failed(&error.to_string())),
        }
    }

    /// Waits for those who still look.
    pub(super) async fn close(self) {
        let everybody = self.permits.acquire_many(u32::try_from(self.all).unwrap_or(u32::MAX)).await;
        drop(everybody);
        lock(&self.idle).clear();
    }
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").field("all", &self.all).finish_non_exhaustive()
    }
}

/// All statements see the store as of one moment, or what moves from one list to another between them would be on neither.
fn look<O: Operation>(connection: &mut Connection, operation: &O) -> Done<O::Output> {
    connection.mark("BEGIN")?;
    let seen = connection.perform(operation);
    let ended = connection.mark("COMMIT");
    seen.and_then(|seen| ended.map(|()| seen))
}

/// What the lock guards is whole between any two statements, so a panic elsewhere does not spoil it.
fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
