//! The store's time, by which everything waits: a clock that never jumps, set by the store, so that what one node has written
//! down means the same to every other one, and after every jump of the clock on the wall.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sportello_domain::Instant;

use crate::ports::store::Stored;
use crate::ports::{Clock, Store};

/// Nodes agree on the time by so much: they compare it each second, and none begins with an answer older than [`FRESH`];
/// milliseconds.
pub(crate) const LEEWAY: Instant = 5_000;
/// An answer that took longer tells what time it was, and not what time it is; milliseconds.
const FRESH: Instant = 2_000;

/// The store's time, as this node knows it.
pub(crate) struct StoreTime {
    clock: Arc<dyn Clock>,
    /// How far it is ahead of the clock that never jumps; never less than before.
    ahead: AtomicU64,
}

impl StoreTime {
    /// Asks the store what time it is.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn begin(clock: Arc<dyn Clock>, store: &dyn Store) -> Stored<Self> {
        loop {
            let asked = clock.boot();
            let told = store.keep_time(None, clock.now()).await?;
            let heard = clock.boot();
            if heard - asked < FRESH {
                return Ok(Self { ahead: AtomicU64::new(told.saturating_sub(heard)), clock });
            }
            tracing::warn!("the store takes long to say what time it is; it is asked again");
        }
    }

    /// Milliseconds, as in [`crate::ports::store::Upkeep::keep_time`].
    pub(crate) fn now(&self) -> Instant {
        self.clock.boot() + self.ahead.load(Ordering::SeqCst)
    }

    /// Tells the store, and hears whether another node is ahead. An old answer does no harm here: it is less.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn keep(&self, store: &dyn Store) -> Stored<()> {
        let told = store.keep_time(Some(self.now()), self.clock.now()).await?;
        self.ahead.fetch_max(told.saturating_sub(self.clock.boot()), Ordering::SeqCst);
        Ok(())
    }
}
