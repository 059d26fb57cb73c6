//! What can go wrong in the engine, as its callers have to tell it apart.

use sportello_domain::contract::Refusal;

use crate::ports::{PluginError, StoreError};

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
    /// The store did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The server is going down; the platform will repeat the webhook.
    #[error("the server is shutting down")]
    Closing,
}
