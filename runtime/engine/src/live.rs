//! The streams of server-sent events: kept in the store, and told to whoever listens on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::ports::Store;
use crate::ports::store::{LiveEvent, Publication, Published, Stored};

/// How many events a listener gets at once.
const PAGE: u32 = 200;

/// All streams.
pub struct LiveHub {
    store: Arc<dyn Store>,
    listeners: Mutex<HashMap<String, Weak<watch::Sender<()>>>>,
}

impl LiveHub {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, listeners: Mutex::default() }
    }

    /// Appends to a stream and tells its listeners.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn publish(&self, publication: Publication) -> Stored<Published> {
        let address = publication.address.clone();
        let published = self.store.publish(publication).await?;
        self.ring(&address);
        Ok(published)
    }

    /// Tells listeners of this node what other nodes publish, until it is stopped.
    pub(crate) async fn listen_elsewhere(self: Arc<Self>, stop: CancellationToken) {
        while let Some(heard) = stop.run_until_cancelled(self.store.published_elsewhere()).await {
            match heard {
                Some(address) => self.ring(&address),
                None => self.lock().values().filter_map(Weak::upgrade).for_each(|bell| bell.send_replace(())),
            }
        }
    }

    fn ring(&self, address: &str) {
        let bell = self.lock().get(address).and_then(Weak::upgrade);
        if let Some(bell) = bell {
            bell.send_replace(());
        }
    }

    /// Listens to a stream, from after this event on; 0: from the beginning.
    #[must_use]
    pub fn listen(self: &Arc<Self>, address: &str, after: u64) -> Listener {
        let mut listeners = self.lock();
        let bell = listeners.get(address).and_then(Weak::upgrade).unwrap_or_else(|| {
            listeners.retain(|_, bell| bell.strong_count() > 0);
            let bell = Arc::new(watch::Sender::new(()));
            listeners.insert(address.to_owned(), Arc::downgrade(&bell));
            bell
        });
        drop(listeners);
        let rung = bell.subscribe();
        Listener { hub: Arc::clone(self), address: address.to_owned(), after, checked: after == 0, rung, _bell: bell }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Weak<watch::Sender<()>>>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who listens to a stream.
pub struct Listener {
    hub: Arc<LiveHub>,
    address: String,
    after: u64,
    /// Whether the stream is known to reach as far as `after`.
    checked: bool,
    rung: watch::Receiver<()>,
    /// Keeps the bell while somebody listens.
    _bell: Arc<watch::Sender<()>>,
}

impl Listener {
    /// The next events, oldest first; waits until there are some. Giving the future up loses nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn next(&mut self) -> Stored<Vec<LiveEvent>> {
        if !self.checked {
            // Who has seen more than there is has seen another stream, from before the store was made anew.
            let newest = self.hub.store.live_after(&self.address, self.after - 1, 1).await?;
            self.after = if newest.is_empty() { 0 } else { self.after };
            self.checked = true;
        }
        loop {
            self.rung.mark_unchanged();
            let events = self.hub.store.live_after(&self.address, self.after, PAGE).await?;
            if let Some(last) = events.last() {
                self.after = last.id;
                return Ok(events);
            }
            // The bell lives as long as this listener, so it cannot have closed.
            let _ = self.rung.changed().await;
        }
    }
}
