//! Bringing this node to what the store says.
//!
//! Two loops: `look` points to what is ready, at once; `work` makes ready what is wanted, which may take its time. What is not
//! ready yet on this node is not pointed to: what served here goes on.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sportello_domain::revision::{Revision, RevisionId, RevisionState, Rollout};
use tokio_util::sync::CancellationToken;

use super::{By, Registry};
use crate::catalog::{Catalog, Part, Trial};
use crate::error::EngineError;
use crate::ports::Unfit;
use crate::ports::store::RevisionRecord;
use crate::sabotage::{Sabotage, is_broken};

/// How often the store is looked at for what other nodes decided, whether or not a hint of it came.
const LOOK: Duration = Duration::from_secs(1);
/// Whether dialogues have ended is counted at one look of so many.
const DRAIN: u32 = 10;
/// What is over for long is forgotten at one look of so many.
const FORGET: u32 = 600;

/// What is decided, as the store has it.
struct Decided {
    records: Vec<RevisionRecord>,
    rollouts: Vec<Rollout>,
    /// What has to be ready, and what of it serves nobody new.
    serving: BTreeSet<RevisionId>,
    kept: BTreeSet<RevisionId>,
}

impl Registry {
    /// Makes everything ready that serves, and points to it.
    ///
    /// # Errors
    /// What serves cannot be made ready here.
    pub async fn begin(&self) -> Result<(), EngineError> {
        let decided = self.decided_so_far(true).await?;
        for rollout in &decided.rollouts {
            if let Some(active) = &rollout.active {
                self.load(&self.record(active).await?).await?;
            }
        }
        self.make_ready(&decided).await?;
        self.shown.set(self.catalog(&decided));
        Ok(())
    }

    /// Follows the store until it is stopped.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let look = async {
            let mut seen = None;
            loop {
                self.pause().await;
                if let Err(error) = self.look(&mut seen).await {
                    tracing::error!(%error, "what revisions serve could not be looked up");
                }
            }
        };
        let work = async {
            for looks in 0_u32.. {
                if let Err(error) = self.work(looks % DRAIN == 0).await {
                    tracing::error!(%error, "the life of revisions could not go on");
                }
                if looks % FORGET == 0
                    && let Err(error) = self.tidy().await
                {
                    tracing::error!(%error, "what is over could not be forgotten");
                }
                self.pause().await;
            }
        };
        let listen = async {
            loop {
                self.store.revisions_changed_elsewhere().await;
                self.woken.notify_waiters();
            }
        };
        tokio::select! {
            biased;
            () = stop.cancelled() => {}
            () = listen => {}
            () = look => {}
            () = work => {}
            () = self.gather() => {}
            () = self.work_on_jobs() => {}
        }
        self.abandon_job().await;
    }

    async fn pause(&self) {
        tokio::select! {
            biased;
            () = self.woken.notified() => {}
            () = tokio::time::sleep(LOOK), if !is_broken(Sabotage::Follow) => {}
        }
    }

    /// Looks again where something was decided or made ready since.
    async fn look(&self, seen: &mut Option<(u64, u64)>) -> Result<(), EngineError> {
        let now = (self.store.revision_changes().await?, self.loads.load(Ordering::Relaxed));
        if *seen != Some(now) {
            self.refresh().await?;
            *seen = Some(now);
        }
        Ok(())
    }

    /// Points to what is decided and ready.
    pub(super) async fn refresh(&self) -> Result<(), EngineError> {
        let decided = self.decided_so_far(false).await?;
        self.shown.set(self.catalog(&decided));
        Ok(())
    }

    async fn decided_so_far(&self, first: bool) -> Result<Decided, EngineError> {
        let records = self.store.revisions().await?;
        let mut rollouts = self.store.rollouts().await?;
        rollouts.retain(|rollout| self.names.contains(&rollout.name));
        let tried = rollouts.iter().filter_map(|rollout| rollout.candidate.as_ref().map(|tried| &tried.revision));
        let serving = rollouts.iter().filter_map(|rollout| rollout.active.as_ref()).chain(tried).cloned().collect();
        let mut kept = BTreeSet::new();
        for record in records.iter().filter(|record| self.names.contains(&record.revision.name)) {
            if self.is_kept(record, first).await? {
                kept.insert(record.revision.id.clone());
            }
        }
        Ok(Decided { records, rollouts, serving, kept })
    }

    fn catalog(&self, decided: &Decided) -> Catalog {
        let shown = self.shown.load();
        let mut catalog = self.base.clone();
        let parts = self.parts();
        let ready = |id: &RevisionId| parts.get(id).map(|ready| ready.part.clone());
        for Rollout { name, active, candidate, .. } in &decided.rollouts {
            if let Some(part) = active.as_ref().and_then(ready).or_else(|| served(&shown, name)) {
                catalog.serve(part);
            }
            if let Some(candidate) = candidate
                && let Some(part) = ready(&candidate.revision)
            {
                catalog.trials.insert(name.clone(), Trial { candidate: candidate.clone(), part });
            }
        }
        for id in &decided.kept {
            catalog.kept.extend(ready(id).map(|part| (id.clone(), part)));
        }
        let lets_go = |record: &&RevisionRecord| !record.state.keeps_dialogues();
        let released = decided.records.iter().filter(lets_go).map(|record| &record.revision.id);
        catalog.released = released.filter(|id| decided.kept.contains(id)).cloned().collect();
        catalog.unfit.clone_from(&self.unfit());
        catalog
    }

    /// Forgets what is over, in the store and on this node.
    async fn tidy(&self) -> Result<(), EngineError> {
        self.forget().await?;
        let ready: Vec<Arc<Revision>> = self.parts().values().map(|ready| Arc::clone(ready.part.revision())).collect();
        self.workshop.tidy(&ready).await;
        Ok(())
    }

    async fn work(&self, drains: bool) -> Result<(), EngineError> {
        if drains && let Some(time) = self.time.get() {
            time.keep(self.store.as_ref()).await?;
        }
        let decided = self.decided_so_far(false).await?;
        self.make_ready(&decided).await?;
        for rollout in &decided.rollouts {
            self.guard(rollout).await?;
        }
        for record in decided.records.iter().filter(|record| self.names.contains(&record.revision.name)) {
            if self.step(record, true).await? {
                self.woken.notify_waiters();
            }
            if drains {
                self.drain(record).await?;
            }
        }
        self.let_go().await
    }

    async fn make_ready(&self, decided: &Decided) -> Result<(), EngineError> {
        for record in &decided.records {
            let id = &record.revision.id;
            let wanted = decided.serving.contains(id) || decided.kept.contains(id);
            if !wanted || self.parts().contains_key(id) {
                continue;
            }
            match self.load(record).await {
                Ok(_) => {
                    self.unfit().remove(id);
                    self.woken.notify_waiters();
                }
                Err(EngineError::Unfit(unfit)) => {
                    self.unfit().insert(id.clone());
                    self.cannot_run(record, &unfit).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A candidate that one node cannot run goes back for all.
    async fn cannot_run(&self, record: &RevisionRecord, unfit: &Unfit) -> Result<(), EngineError> {
        let revision = &record.revision;
        tracing::error!(revision = %revision.id, %unfit, "this server cannot run it; what served here goes on");
        if matches!(record.state, RevisionState::Shadow | RevisionState::Canary) {
            let by = By::new("server", format!("a server cannot run it: {unfit}"));
            self.roll_back(&revision.name, &by).await?;
        }
        Ok(())
    }

    /// Lets go of what nobody wants any more: only what is not shown is not called.
    async fn let_go(&self) -> Result<(), EngineError> {
        let Ok(_alone) = self.busy.try_write() else { return Ok(()) };
        let decided = self.decided_so_far(false).await?;
        // What was kept for a while is shown until then, though nobody decided anything.
        self.shown.set(self.catalog(&decided));
        let young = self.young(&decided.records).await?;
        let Decided { serving, kept, .. } = decided;
        let shown = self.shown.load();
        let shown: BTreeSet<&RevisionId> = shown.all_revisions().map(|revision| &revision.id).collect();
        let wanted = |id: &RevisionId| serving.contains(id) || kept.contains(id) || young.contains(id);
        let idle = |id: &RevisionId| !(wanted(id) || shown.contains(id));
        self.parts().retain(|id, _| {
            if idle(id) {
                self.workshop.let_go(id);
            }
            !idle(id)
        });
        Ok(())
    }
}

/// What serves a name in a catalog.
fn served(catalog: &Catalog, name: &str) -> Option<Part> {
    let channel = || catalog.channels.get(name).cloned().map(Part::Channel);
    let skill = || catalog.skills.get(name).cloned().map(Part::Skill);
    let nlu = || catalog.nlu.clone().filter(|nlu| nlu.name == name).map(Part::Nlu);
    channel().or_else(skill).or_else(nlu)
}
