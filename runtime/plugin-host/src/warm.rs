//! Instances that keep their model, since to load one takes longer than to ask it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sportello_domain::contract::Json;
use wasmtime::{Store, component::ResourceAny};

use crate::{bindings::nlu::NluPlugin, gate::Gate, state::CallState};

/// An instance that has loaded a model.
pub(crate) struct Warm {
    pub(crate) store: Store<CallState>,
    pub(crate) guest: NluPlugin,
    pub(crate) model: ResourceAny,
    /// Of which model it is.
    pub(crate) generation: u64,
}

/// A trained model, and which of its revision's models they are.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) bytes: Arc<Vec<u8>>,
    /// With which it is loaded.
    pub(crate) settings: Json,
    pub(crate) generation: u64,
}

/// The instances of one revision, as many as its gate lets through. One that trapped or reached a limit does not come
/// back, and the next call makes another.
pub(crate) struct WarmPool {
    pub(crate) gate: Gate,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    model: Option<Model>,
    idle: Vec<Warm>,
}

impl WarmPool {
    pub(crate) fn new(gate: Gate) -> Self {
        Self { gate, shelf: Mutex::default() }
    }

    /// An idle instance, or the model that the revision has now, for another one.
    pub(crate) fn take(&self) -> Result<Warm, Option<Model>> {
        let mut shelf = self.shelf();
        shelf.idle.pop().ok_or_else(|| shelf.model.clone())
    }

    /// After a call that went well. One that has an older model than its revision is dropped.
    pub(crate) fn give_back(&self, warm: Warm) {
        let mut shelf = self.shelf();
        if shelf.model.as_ref().is_some_and(|model| model.generation == warm.generation) {
            shelf.idle.push(warm);
        }
    }

    /// The generation that a new model would have.
    pub(crate) fn next_generation(&self) -> u64 {
        self.shelf().model.as_ref().map_or(1, |model| model.generation + 1)
    }

    /// Puts another model in place, with the instance that has shown that it can be loaded.
    pub(crate) fn replace(&self, model: Model, first: Warm) {
        let mut shelf = self.shelf();
        shelf.model = Some(model);
        shelf.idle = vec![first];
    }

    /// Nothing that runs under the lock can panic; what it holds would be sound all the same.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
