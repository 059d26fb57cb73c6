//! Performing what plugins ask for.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{HttpRequest, HttpResponse, RequestError},
    revision::RevisionId,
};

/// On whose initiative a request is performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A turn, a delivery, a poll: secrets are put in.
    Ours,
    /// A webhook that is not verified yet: GET only and no secrets, for strangers can bring it about.
    Stranger,
}

/// A request with what surrounds it.
#[derive(Clone, Copy, Debug)]
pub struct Errand<'a> {
    /// Whose grants, secrets and connections apply.
    pub revision: &'a RevisionId,
    /// What to perform.
    pub request: &'a HttpRequest,
    /// On whose initiative.
    pub trust: Trust,
    /// By [`super::Clock::boot`]: looked at just before the first byte is written; after it nothing leaves, and the
    /// outcome is `unreachable`.
    pub not_after: Option<Instant>,
}

/// Performs requests of the schemes `http` and `https`.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Performs one request: waits its `after`, checks the grant, puts the secrets in, and masks them in what comes back.
    ///
    /// # Errors
    /// As the contract tells them apart: what never left, what may have been done, and what was too large.
    async fn perform(&self, errand: Errand<'_>) -> Result<HttpResponse, RequestError>;
}
