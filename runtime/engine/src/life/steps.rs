//! From the upload to where somebody can decide: each step is done by whichever node comes to it, and done again where a node
//! died over it.

use std::sync::atomic::Ordering;

use sportello_domain::revision::RevisionState;

use super::push::digest;
use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::{RevisionRecord, StoreError, Told};
use crate::ports::{Ready, Unfit};

impl Registry {
    /// Does the next step of a revision, and says whether there was one to do. Another node may have been quicker.
    pub(super) async fn step(&self, record: &RevisionRecord, waits: bool) -> Result<bool, EngineError> {
        let done = match &record.state {
            RevisionState::Uploaded => self.compile(record).await,
            RevisionState::Compiled => self.link(record, waits).await,
            RevisionState::Linked if settled(&record.told) || !waits => self.self_test(record).await,
            RevisionState::SelfTested => self.replay_step(record).await,
            _ => return Ok(false),
        };
        match done {
            Err(EngineError::Unfit(unfit)) => {
                tracing::warn!(revision = %record.revision.id, %unfit, "rejected");
                let by = By::new("server", unfit.to_string());
                self.advance(record, RevisionState::Rejected(unfit.to_string()), None, &by).await?;
                Ok(true)
            }
            Err(EngineError::Store(StoreError::Conflict(_))) => Ok(true),
            other => other.map(|()| true),
        }
    }

    async fn compile(&self, record: &RevisionRecord) -> Result<(), EngineError> {
        let revision = &record.revision;
        let found = self.workshop.compile(&self.component(record).await?).await?;
        if found.kind != revision.kind {
            let reason = format!(
                "it is a {} plugin, and `{}` is served by a {} plugin",
                found.kind, revision.name, revision.kind
            );
            return Err(Unfit::Revision(reason).into());
        }
        let by = By::new("server", format!("contract {}", found.contract));
        Ok(self.advance(record, RevisionState::Compiled, None, &by).await?)
    }

    async fn link(&self, record: &RevisionRecord, waits: bool) -> Result<(), EngineError> {
        let Ready { mut told, .. } = self.load(record).await?;
        let before = match self.rollout(&record.revision.name).await?.active {
            Some(active) if waits => self.record(&active).await?.told.asks,
            _ => told.asks.clone(),
        };
        told.wants = told.wants.beyond(&before);
        let why = if told.wants.is_empty() { String::new() } else { format!("it waits to be granted {}", told.wants) };
        Ok(self.advance(record, RevisionState::Linked, Some(told), &By::new("server", why)).await?)
    }

    async fn self_test(&self, record: &RevisionRecord) -> Result<(), EngineError> {
        let passed = self.workshop.self_test(&self.component(record).await?).await?;
        let why = match passed {
            0 => "it carries no cases".to_owned(),
            passed => format!("{passed} cases passed"),
        };
        Ok(self.advance(record, RevisionState::SelfTested, None, &By::new("server", why)).await?)
    }

    /// Makes a revision ready on this node.
    pub(super) async fn load(&self, record: &RevisionRecord) -> Result<Ready, EngineError> {
        let id = &record.revision.id;
        let _turn = self.makers.turn(id).await;
        if let Some(ready) = self.parts().get(id) {
            return Ok(ready.clone());
        }
        let component = self.component(record).await?;
        let corpus = match &record.revision.corpus {
            Some(corpus) => Some(self.artefact(corpus).await?),
            None => None,
        };
        let ready = self.workshop.make_ready(&record.revision, &component, corpus.as_deref()).await?;
        self.parts().insert(id.clone(), ready.clone());
        self.loads.fetch_add(1, Ordering::Relaxed);
        Ok(ready)
    }

    pub(super) async fn component(&self, record: &RevisionRecord) -> Result<Vec<u8>, EngineError> {
        self.artefact(&record.revision.digest).await
    }

    pub(super) async fn artefact(&self, hex: &str) -> Result<Vec<u8>, EngineError> {
        let missing =
            || Unfit::Revision(format!("what it is made of is not in the store any more ({hex}): push it again"));
        let digest = digest(hex).ok_or_else(missing)?;
        Ok(self.store.artefact(digest).await?.ok_or_else(missing)?)
    }
}

/// What a plugin says of itself where nobody has to be asked.
pub(super) fn settled(told: &Told) -> bool {
    told.wants.is_empty()
}
