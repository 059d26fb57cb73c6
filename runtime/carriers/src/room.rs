//! What the carrier holds for one revision: its grants, secrets, connections and recent answers, and nobody else's.

use sportello_domain::{
    revision::{Grants, RevisionId},
    secrets::Secrets,
};
use tokio::sync::Semaphore;

use crate::{cache::Cache, egress::Gate, error::CarrierError, limits::Limits, mask::Mask, pool::Pool};

/// One revision's part of the carrier.
pub(crate) struct Room {
    /// For metrics: the name of the channel or skill, of which there are few.
    pub(crate) name: String,
    pub(crate) gate: Gate,
    pub(crate) secrets: Secrets,
    pub(crate) mask: Mask,
    pub(crate) pool: Pool,
    pub(crate) cache: Cache,
    pub(crate) slots: Semaphore,
}

impl Room {
    pub(crate) fn new(
        revision: &RevisionId,
        grants: &Grants,
        secrets: Secrets,
        limits: &Limits,
    ) -> Result<Self, CarrierError> {
        let grants = grants.hosts.iter().map(|host| host.parse()).collect::<Result<_, _>>();
        let grants = grants.map_err(|source| CarrierError::Grant { revision: revision.clone(), source })?;
        let mask = Mask::new(&secrets).map_err(|source| CarrierError::Mask { revision: revision.clone(), source })?;
        Ok(Self {
            name: revision.0.split('@').next().unwrap_or_default().to_owned(),
            gate: Gate::new(grants),
            secrets,
            mask,
            pool: Pool::default(),
            cache: Cache::default(),
            slots: Semaphore::new(limits.connections),
        })
    }
}
