//! A candidate beside what serves: on live calls, once those are answered, and without effects (rule 17).
//!
//! It is a replay of what happened just now. One call at a time is compared on each node, and others pass by, so that a candidate
//! that is slow, or loops, takes no more of the machine than one call does. What came of them waits here for the periodic look, with marks
//! of whom it may name: who is erased meanwhile is not named any more when it is kept (rule 22).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sportello_domain::replay::Shadowed;
use sportello_domain::revision::Mode;
use tokio::sync::Semaphore;

use crate::catalog::{Catalog, Part, Trial};
use crate::ports::Plugins;
use crate::ports::store::{Compared, Mark};
use crate::replay::{Candidate, Recorded, replay};

/// Of which trial of which name.
type Of = (String, u64);

/// So many differences of a trial wait with their words; of more only the number is kept.
const ROOM: usize = 10;

/// What came of calls since the last look.
#[derive(Default)]
struct Waiting {
    /// Each with its words.
    told: Vec<Compared>,
    /// All others.
    counted: Shadowed,
}

/// Candidates beside what serves.
pub(crate) struct Shadow {
    plugins: Arc<dyn Plugins>,
    free: Arc<Semaphore>,
    found: Mutex<BTreeMap<Of, Waiting>>,
}

impl Shadow {
    pub(crate) fn new(plugins: Arc<dyn Plugins>) -> Arc<Self> {
        Arc::new(Self { plugins, free: Arc::new(Semaphore::new(1)), found: Mutex::default() })
    }

    /// Has the candidate of this name, where one is tried, run on a call that is over, which bears these marks; returns at once. None: what
    /// serves failed, which is counted. What a channel's candidate reads is compared while it has its share of the deliveries, too.
    pub(crate) fn follow(
        self: &Arc<Self>,
        catalog: &Catalog,
        name: &str,
        call: impl FnOnce() -> Option<(Recorded, Vec<Mark>)>,
    ) {
        let Some(Trial { candidate, part }) = catalog.trials.get(name) else { return };
        if candidate.mode != Mode::Shadow && !matches!(part, Part::Channel(_)) {
            return;
        }
        let of = (name.to_owned(), candidate.trial);
        let Ok(place) = Arc::clone(&self.free).try_acquire_owned() else {
            return self.note(of, Shadowed::skipped().into());
        };
        let Some((call, marks)) = call() else { return self.note(of, Shadowed::unanswered().into()) };
        let (shadow, revision) = (Arc::clone(self), Arc::clone(part.revision()));
        tokio::spawn(async move {
            let candidate = Candidate { revision: &revision.id, settings: &revision.settings, memory_version: 0 };
            match replay(shadow.plugins.as_ref(), candidate, &[call], |_| {}).await {
                Ok(replayed) => replayed.iter().for_each(|one| {
                    let compared = Compared { found: Shadowed::of(one), marks: marks.clone(), at: one.at };
                    shadow.note(of.clone(), compared);
                }),
                Err(error) => tracing::warn!(%error, "a candidate could not be run beside what serves"),
            }
            drop(place);
        });
    }

    /// What was found since the last time.
    pub(crate) fn take(&self) -> Vec<(Of, Vec<Compared>)> {
        let found = std::mem::take(&mut *self.found());
        let all = |Waiting { mut told, counted }| {
            told.push(counted.into());
            told
        };
        found.into_iter().map(|(of, waiting)| (of, all(waiting))).collect()
    }

    fn note(&self, of: Of, one: Compared) {
        let mut found = self.found();
        let Waiting { told, counted } = found.entry(of).or_default();
        match one.found.has_words() && told.len() < ROOM {
            true => told.push(one),
            false => *counted += one.found.without_words(),
        }
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<Of, Waiting>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
