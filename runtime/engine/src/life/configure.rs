//! What a configuration names goes the way of an upload. It is followed where it asks for something else than it did when a
//! server last started; else the pointer stands where people and the guard have moved it.

use sportello_domain::revision::{Revision, RevisionState};

use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::Unfit;
use crate::ports::store::{Advance, StoreError};

/// What a configuration asks for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As it is configured.
    pub revision: Revision,
    /// Its component.
    pub component: Vec<u8>,
    /// What it learns from.
    pub corpus: Option<Vec<u8>>,
}

/// So often others may be quicker.
const TRIES: usize = 20;

impl Registry {
    /// Has a name served as the configuration asks, if that is news.
    ///
    /// # Errors
    /// It cannot serve.
    pub async fn configure(&self, wanted: Wanted) -> Result<(), EngineError> {
        let Wanted { revision, component, corpus } = wanted;
        let rollout = self.rollout(&revision.name).await?;
        if rollout.configured.as_ref() == Some(&revision.id) && rollout.active.is_some() {
            return Ok(());
        }
        self.keep(component).await?;
        if let Some(corpus) = corpus {
            self.keep(corpus).await?;
        }
        let by = By::new("configuration", "the configuration asks for it");
        self.enter(revision.clone(), &by).await?;
        for _ in 0..TRIES {
            match self.settle(&revision, &by).await {
                Ok(true) => return self.decided(&revision.name).await.map(drop),
                Ok(false) | Err(EngineError::Store(StoreError::Conflict(_))) => {}
                Err(error) => return Err(error),
            }
        }
        Err(EngineError::NotNow(format!(
            "{} could not be brought to serve: others change it all the time",
            revision.id
        )))
    }

    /// One step towards it; whether it serves.
    async fn settle(&self, revision: &Revision, by: &By) -> Result<bool, EngineError> {
        let record = self.record(&revision.id).await?;
        let rollout = self.rollout(&revision.name).await?;
        if self.step(&record, false).await? {
            return Ok(false);
        }
        if let RevisionState::Rejected(reason) = record.state {
            return Err(Unfit::Revision(reason).into());
        }
        let configured = Some(revision.id.clone());
        if rollout.active.as_ref() == Some(&revision.id) {
            let rollout =
                sportello_domain::revision::Rollout { configured, generation: rollout.generation + 1, ..rollout };
            let audit = self.entry(&record, "configured", by);
            let (rollout, time) = (Some(rollout), self.time().await?);
            self.store.advance(Advance { entered: None, steps: vec![], told: None, rollout, audit, time }).await?;
            return Ok(true);
        }
        let mut moved = rollout.promote(&revision.id)?;
        moved.rollout.configured = configured;
        self.move_pointer(moved, self.entry(&record, RevisionState::Active.name(), by)).await?;
        Ok(true)
    }
}
