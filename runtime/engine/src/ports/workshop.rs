//! Making revisions ready: what lies outside the engine on the way from bytes to something that can be called.

use std::sync::Arc;

use async_trait::async_trait;
use sportello_domain::revision::{PluginKind, Revision, RevisionId};

use super::store::Told;
use crate::catalog::Part;

/// What a component is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// What it fulfils.
    pub kind: PluginKind,
    /// SHA-256, in hex.
    pub digest: String,
    /// Version of the contract that it was built against.
    pub contract: String,
}

/// A revision that can be called from now on.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What it is good for.
    pub part: Part,
    /// What its plugin says of itself; `wants` is what it asks for beyond its grants.
    pub told: Told,
}

/// Why a revision cannot be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is to blame: no server could.
    #[error("{0}")]
    Revision(String),
    /// This server is to blame, or lacks something.
    #[error("{0}")]
    Here(String),
}

/// Makes revisions ready.
#[async_trait]
pub trait Workshop: Send + Sync {
    /// Compiles a component, within limits and in a process of its own, and keeps the machine code.
    ///
    /// # Errors
    /// It is no plugin of this contract, or takes more than compiling may.
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit>;

    /// Links a revision, checks its settings, and trains what learns from `corpus`; then it can be called.
    ///
    /// # Errors
    /// It does not fit, its settings or its corpus are not as its plugin wants them, or a secret has no value here.
    async fn make_ready(&self, revision: &Revision, component: &[u8], corpus: Option<&[u8]>) -> Result<Ready, Unfit>;

    /// Runs the cases that a component carries, as live calls run, and says how many there were.
    ///
    /// # Errors
    /// Those that fail, and how.
    async fn self_test(&self, component: &[u8]) -> Result<usize, Unfit>;

    /// Lets go of a revision: calls under way end, no other begins.
    fn let_go(&self, revision: &RevisionId);

    /// Forgets what was made for revisions that nobody wanted for long; these are ready here. Whoever keeps nothing has nothing to
    /// forget.
    async fn tidy(&self, ready: &[Arc<Revision>]) {
        let _ = ready;
    }
}
