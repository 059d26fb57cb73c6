//! The life of revisions: one way from bytes to what serves, whether a start, the configuration or an operator began it.
//!
//! What is decided stands in the store, the same for all nodes. `steps` brings a revision from its upload to where it can be
//! decided about, `decide` moves the pointer, `configure` does both for what a configuration names, and `follow` brings this
//! node to what the store says, again and again. Killed at any point, it goes on from the state that is kept.

mod configure;
mod decide;
mod differences;
mod drain;
mod follow;
mod forget;
mod grant;
mod guard;
mod learning;
mod push;
mod queue;
mod rehearse;
mod steps;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sportello_domain::{
    Instant,
    ids::AuditId,
    revision::{Move, RevisionId, RevisionState, Rollout},
};
use tokio::sync::{Notify, OnceCell, RwLock};

use crate::catalog::{Catalog, Pointer};
use crate::error::EngineError;
use crate::ports::store::{Advance, AuditEntry, Job, RevisionRecord, Step, Stored, Told};
use crate::ports::{Clock, Entropy, Plugins, Ready, Store, Workshop};
use crate::time::StoreTime;

use learning::Assignment;
use queue::Queue;

pub(crate) use learning::is_instructive;

pub use configure::Wanted;
pub use decide::RolledBack;
pub use differences::Difference;
pub use guard::Judged;
pub use learning::{Report, Trained, Training};
pub use push::Push;
pub use rehearse::Rehearsal;

/// Who did something to a revision, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// A token's name, `operator`, `configuration`, `guard`, `server`.
    pub who: String,
    /// In words for people; may be empty.
    pub why: String,
}

impl By {
    /// With these words.
    #[must_use]
    pub fn new(who: &str, why: impl Into<String>) -> Self {
        Self { who: who.to_owned(), why: why.into() }
    }
}

/// How long things take at least and at most; by the store's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// So long after the pointer has moved something may still be under way with what served before; milliseconds.
    pub in_flight: Instant,
    /// Dialogues stay on a revision that serves nobody new for so long at most, then they move on between two turns;
    /// milliseconds.
    pub drain: Instant,
    /// Revisions that are over are kept for so long; milliseconds.
    pub keep: Instant,
    /// So many of them of each name are kept at most, however young: a number, not a time.
    pub most: u64,
}

impl Default for Terms {
    fn default() -> Self {
        const DAY: Instant = 24 * 60 * 60 * 1_000;
        // A turn takes a minute at most (rule 9).
        Self { in_flight: 75_000, drain: DAY, keep: 90 * DAY, most: 100 }
    }
}

/// All revisions, and what this node has ready of them.
pub struct Registry {
    store: Arc<dyn Store>,
    workshop: Arc<dyn Workshop>,
    plugins: Arc<dyn Plugins>,
    clock: Arc<dyn Clock>,
    time: OnceCell<StoreTime>,
    entropy: Arc<dyn Entropy>,
    terms: Terms,
    /// What does not change while the server runs: policy and queues.
    base: Catalog,
    /// What is configured, by name.
    names: Vec<String>,
    parts: Mutex<HashMap<RevisionId, Ready>>,
    /// Those who make something ready.
    makers: Queue,
    /// What this node tried to make ready, and could not.
    unfit: Mutex<BTreeSet<RevisionId>>,
    /// Held by whoever has made something ready that nothing points to yet.
    busy: RwLock<()>,
    /// Held by whoever has classifiers trained that are never to serve.
    school: tokio::sync::Mutex<()>,
    /// The job that this node has to work on next, and the one that it works on.
    assigned: Mutex<Option<Assignment>>,
    under_way: Mutex<Option<Job>>,
    called: Notify,
    /// How many were made ready so far.
    loads: AtomicU64,
    shown: Pointer,
    woken: Notify,
}

impl Registry {
    /// `base` holds what does not change while the server runs, and `names` says what is configured.
    #[must_use]
    pub fn new(
        (store, workshop, plugins): (Arc<dyn Store>, Arc<dyn Workshop>, Arc<dyn Plugins>),
        (clock, entropy): (Arc<dyn Clock>, Arc<dyn Entropy>),
        base: Catalog,
        names: Vec<String>,
        terms: Terms,
    ) -> Self {
        let shown = Pointer::from(base.clone());
        let (parts, unfit, woken) = (Mutex::default(), Mutex::default(), Notify::new());
        let (makers, loads) = (Queue::default(), AtomicU64::new(0));
        let (busy, school) = (RwLock::new(()), tokio::sync::Mutex::default());
        let time = OnceCell::new();
        let (assigned, under_way, called) = (Mutex::default(), Mutex::default(), Notify::new());
        Self {
            store,
            workshop,
            plugins,
            clock,
            time,
            entropy,
            terms,
            base,
            names,
            parts,
            makers,
            unfit,
            busy,
            school,
            assigned,
            under_way,
            called,
            loads,
            shown,
            woken,
        }
    }

    /// What is configured, by name.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the catalog stands that this node serves by.
    #[must_use]
    pub fn pointer(&self) -> Pointer {
        self.shown.clone()
    }

    fn parts(&self) -> MutexGuard<'_, HashMap<RevisionId, Ready>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The store's time.
    async fn time(&self) -> Stored<Instant> {
        let begin = || StoreTime::begin(Arc::clone(&self.clock), self.store.as_ref());
        Ok(self.time.get_or_try_init(begin).await?.now())
    }

    fn unfit(&self) -> MutexGuard<'_, BTreeSet<RevisionId>> {
        self.unfit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn record(&self, id: &RevisionId) -> Result<RevisionRecord, EngineError> {
        self.store.revision(id).await?.ok_or_else(|| EngineError::NoSuchRevision(id.to_string()))
    }

    async fn rollout(&self, name: &str) -> Stored<Rollout> {
        let found = self.store.rollouts().await?.into_iter().find(|rollout| rollout.name == name);
        Ok(found.unwrap_or_else(|| Rollout::new(name)))
    }

    fn entry(&self, of: &RevisionRecord, what: impl Into<String>, by: &By) -> AuditEntry {
        let now = self.clock.now();
        AuditEntry {
            id: AuditId::new(now, self.entropy.bits()),
            at: now,
            who: by.who.clone(),
            name: of.revision.name.clone(),
            revision: of.revision.id.clone(),
            what: what.into(),
            why: by.why.clone(),
        }
    }

    /// One revision goes on to its next state.
    async fn advance(&self, of: &RevisionRecord, to: RevisionState, told: Option<Told>, by: &By) -> Stored<()> {
        let audit = self.entry(of, to.name(), by);
        let revision = of.revision.id.clone();
        let told = told.map(|told| (revision.clone(), told));
        let steps = vec![Step { revision, from: of.state.clone(), to }];
        let time = self.time().await?;
        self.store.advance(Advance { entered: None, steps, told, rollout: None, audit, time }).await
    }

    /// The pointer moves, and with it the states of those that it leaves and comes to.
    async fn move_pointer(&self, moved: Move, audit: AuditEntry) -> Result<(), EngineError> {
        let mut steps = Vec::with_capacity(moved.states.len());
        for (revision, to) in moved.states {
            let from = self.record(&revision).await?.state;
            steps.push(Step { revision, from, to });
        }
        let (rollout, time) = (Some(moved.rollout), self.time().await?);
        Ok(self.store.advance(Advance { entered: None, steps, told: None, rollout, audit, time }).await?)
    }
}
