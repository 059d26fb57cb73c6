//! A candidate beside what serves: on live calls, once those are answered, and without effects (rule 17).
//!
//! It is a replay of what happened just now. One call at a time is compared on each node, and others pass by, so that a candidate
//! that is slow, or loops, takes no more of the machine than one call does. What came of them waits here for the periodic look.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sportello_domain::replay::Shadowed;
use sportello_domain::revision::Mode;
use tokio::sync::Semaphore;

use crate::catalog::{Catalog, Part, Trial};
use crate::ports::Plugins;
use crate::replay::{Candidate, Recorded, replay};

/// Of which trial of which name.
type Of = (String, u64);

/// Candidates beside what serves.
pub(crate) struct Shadow {
    plugins: Arc<dyn Plugins>,
    free: Arc<Semaphore>,
    found: Mutex<BTreeMap<Of, Shadowed>>,
}

impl Shadow {
    pub(crate) fn new(plugins: Arc<dyn Plugins>) -> Arc<Self> {
        Arc::new(Self { plugins, free: Arc::new(Semaphore::new(1)), found: Mutex::default() })
    }

    /// Has the candidate of this name, where one is tried, run on a call that is over; returns at once. None: what serves failed, which
    /// is counted. What a channel's candidate reads is compared while it has its share of the deliveries, too.
    pub(crate) fn follow(self: &Arc<Self>, catalog: &Catalog, name: &str, call: impl FnOnce() -> Option<Recorded>) {
        let Some(Trial { candidate, part }) = catalog.trials.get(name) else { return };
        if candidate.mode != Mode::Shadow && !matches!(part, Part::Channel(_)) {
            return;
        }
        let of = (name.to_owned(), candidate.trial);
        let Ok(place) = Arc::clone(&self.free).try_acquire_owned() else {
            return self.note(of, Shadowed::skipped());
        };
        let Some(call) = call() else { return self.note(of, Shadowed::unanswered()) };
        let (shadow, revision) = (Arc::clone(self), Arc::clone(part.revision()));
        tokio::spawn(async move {
            let candidate = Candidate { revision: &revision.id, settings: &revision.settings, memory_version: 0 };
            match replay(shadow.plugins.as_ref(), candidate, &[call], |_| {}).await {
                Ok(replayed) => replayed.iter().for_each(|one| shadow.note(of.clone(), Shadowed::of(one))),
                Err(error) => tracing::warn!(%error, "a candidate could not be run beside what serves"),
            }
            drop(place);
        });
    }

    /// What was found since the last time.
    pub(crate) fn take(&self) -> BTreeMap<Of, Shadowed> {
        std::mem::take(&mut *self.found())
    }

    fn note(&self, of: Of, one: Shadowed) {
        *self.found().entry(of).or_default() += one;
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<Of, Shadowed>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
