//! An upgrade never widens its own grants: what it asks for beyond them waits for an operator's yes.

use std::collections::BTreeMap;

use sportello_domain::revision::RevisionId;
use sportello_domain::revision::{Grants, RevisionState};

use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::{Advance, RevisionRecord, Step};

impl Registry {
    /// Grants what a revision waits for. Grants are part of a revision, so another one goes on in its place. `sources` says where
    /// the values of secrets are found that it did not have.
    ///
    /// # Errors
    /// It waits for nothing; a secret has no source.
    pub async fn grant(
        &self,
        id: &RevisionId,
        sources: BTreeMap<String, String>,
        by: &By,
    ) -> Result<RevisionRecord, EngineError> {
        let record = self.record(id).await?;
        let wants = &record.told.wants;
        if wants.is_empty() || record.state != RevisionState::Linked {
            return Err(EngineError::NotNow(format!("{id} is {} and waits for no grants", record.state)));
        }
        let Grants { mut hosts, mut secrets, warm } = record.revision.grants.clone();
        hosts.extend(wants.hosts.iter().cloned());
        for name in &wants.secrets {
            let source = sources.get(name).ok_or_else(|| {
                EngineError::NotNow(format!("say where the value of `{name}` is found: `--secret {name}=env:VARIABLE`"))
            })?;
            secrets.insert(name.clone(), source.clone());
        }
        let granted = self.fresh(record.revision.clone().with_grants(Grants { hosts, secrets, warm })).await?;
        let id = granted.revision.id.clone();
        let why = format!("granted {wants}");
        let uploaded = self.entry(&granted, granted.state.name(), &By::new(&by.who, why.clone()));
        let to = RevisionState::Rejected(format!("{why}: it goes on as {id}"));
        let rejected = By::new(&by.who, to.reason().unwrap_or_default());
        let audit = self.entry(&record, to.name(), &rejected);
        // Both or none: what is granted would else wait for it once more after a crash.
        let steps = vec![Step { revision: record.revision.id, from: record.state, to }];
        let (entered, time) = (Some((granted, uploaded)), self.time().await?);
        self.store.advance(Advance { entered, steps, told: None, rollout: None, audit, time }).await?;
        self.woken.notify_waiters();
        self.record(&id).await
    }
}
