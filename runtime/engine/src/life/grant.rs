//! An upgrade never widens its own grants: what it asks for beyond them waits for an operator's yes.

use std::collections::BTreeMap;

use sportello_domain::revision::RevisionId;
use sportello_domain::revision::{Grants, RevisionState};

use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::RevisionRecord;

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
        let Grants { mut hosts, mut secrets } = record.revision.grants.clone();
        hosts.extend(wants.hosts.iter().cloned());
        for name in &wants.secrets {
            let source = sources.get(name).ok_or_else(|| {
                EngineError::NotNow(format!("say where the value of `{name}` is found: `--secret {name}=env:VARIABLE`"))
            })?;
            secrets.insert(name.clone(), source.clone());
        }
        let granted = record.revision.clone().with_grants(Grants { hosts, secrets });
        let why = format!("granted {wants}");
        let entered = self.enter(granted, &By::new(&by.who, why.clone())).await?;
        let reason = format!("{why}: it goes on as {}", entered.revision.id);
        self.advance(&record, RevisionState::Rejected(reason.clone()), None, &By::new(&by.who, reason)).await?;
        self.woken.notify_waiters();
        Ok(entered)
    }
}
