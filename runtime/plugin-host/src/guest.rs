//! Who is called: a store with the instance in it. It is thrown away after one call, or kept for the next where the operator trusts
//! the revision so far: what a call leaves in its memory, the next one could see.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::{
    Store,
    component::{Instance, InstancePre},
};

use crate::state::CallState;

/// A guest that is kept serves so many calls at most, so that what it leaks has an end.
const MOST_CALLS: u32 = 1_000;

/// A store and the instance in it.
pub(crate) struct Guest {
    pub(crate) store: Store<CallState>,
    instance: Option<Instance>,
    served: u32,
    /// Its place in the pool beside those of the calls under way, once it is kept.
    place: Option<OwnedSemaphorePermit>,
}

impl Guest {
    /// Without an instance yet.
    pub(crate) fn new(store: Store<CallState>) -> Self {
        Self { store, instance: None, served: 0, place: None }
    }

    /// The instance, made now where there is none.
    pub(crate) async fn instance(&mut self, pre: &InstancePre<CallState>) -> wasmtime::Result<Instance> {
        if let Some(instance) = self.instance {
            return Ok(instance);
        }
        let instance = pre.instantiate_async(&mut self.store).await?;
        self.instance = Some(instance);
        Ok(instance)
    }
}

/// The idle guests of one revision.
pub(crate) struct Shelf {
    idle: Mutex<Vec<Guest>>,
    places: Arc<Semaphore>,
}

impl Shelf {
    /// `places` are those of all revisions together.
    pub(crate) fn new(places: Arc<Semaphore>) -> Self {
        Self { idle: Mutex::default(), places }
    }

    /// The one that served last, whose memory is most likely at hand.
    pub(crate) fn take(&self) -> Option<Guest> {
        self.idle().pop()
    }

    /// After a call that went well. It is thrown away where it has served enough, or where there is no place left.
    pub(crate) fn give_back(&self, mut guest: Guest) {
        guest.served += 1;
        guest.place = guest.place.or_else(|| Arc::clone(&self.places).try_acquire_owned().ok());
        if guest.instance.is_some() && guest.served < MOST_CALLS && guest.place.is_some() {
            self.idle().push(guest);
        }
    }

    /// Nothing that runs under the lock can panic; what it holds would be sound all the same.
    fn idle(&self) -> MutexGuard<'_, Vec<Guest>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
