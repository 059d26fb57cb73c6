//! What can go wrong in the engine, as its callers have to tell it apart.

use sportello_domain::{contract::Refusal, revision::MoveError};

use crate::ports::{PluginError, StoreError, Unfit};

/// Why the engine did not do something.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The configuration has no such channel.
    #[error("there is no channel `{0}` in the configuration")]
    NoSuchChannel(String),
    /// The channel's plugin refused a webhook: nothing was stored.
    #[error("the webhook was refused: {0:?}")]
    Refused(Refusal),
    /// The channel's plugin failed; the platform will repeat the webhook.
    #[error("the webhook could not be read: {0}")]
    Plugin(#[from] PluginError),
    /// There is no such revision.
    #[error("there is no revision {0}: `sportello plugin list` shows those that there are")]
    NoSuchRevision(String),
    /// Nothing of this name is configured.
    #[error("the configuration has no channel, classifier or skill `{0}`")]
    NoSuchName(String),
    /// A revision cannot become what was wished.
    #[error("{0}")]
    NotNow(String),
    /// What was pushed is none that can serve.
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// The pointer cannot be moved so.
    #[error(transparent)]
    Move(#[from] MoveError),
    /// The store did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server is going down; the platform will repeat the webhook.
    #[error("the server is shutting down")]
    Closing,
}
