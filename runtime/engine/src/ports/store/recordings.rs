//! Calls of channels' plugins as they were answered: some of each second, for replay (rule 19).

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    contract::{Delivery, Exchange, Failure, Receipt, Reception, VaultAnswer, VaultQuestion, Webhook},
    revision::RevisionId,
};

use super::{Mark, Stored};

/// A call that was answered; secrets and attachments never enter it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recording {
    /// The channel's name in the configuration.
    pub channel: String,
    /// By which revision.
    pub revision: RevisionId,
    /// Public address of the channel's webhook.
    pub hook: String,
    /// Where the plugin's clock stood.
    pub now: Instant,
    /// Where its randomness came from.
    pub seed: u64,
    /// What was performed for it.
    pub exchanges: Vec<Exchange>,
    /// What the vault was asked in the last call.
    pub vault: Vec<(VaultQuestion, VaultAnswer)>,
    /// What it was asked, and what it answered.
    pub call: RecordedCall,
    /// Microseconds, all calls together.
    pub took: u64,
}

/// What was asked and answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "few are kept in memory")]
pub enum RecordedCall {
    /// `receive`, where it was not refused.
    Received {
        /// What the platform sent.
        request: Webhook,
        /// What it was read as.
        reception: Reception,
    },
    /// `send`.
    Sent {
        /// What was to be sent.
        delivery: Delivery,
        /// What came of it.
        #[serde(with = "sportello_domain::contract::outcome")]
        result: Result<Receipt, Failure>,
    },
}

impl RecordedCall {
    /// The export that was called.
    #[must_use]
    pub fn function(&self) -> &'static str {
        match self {
            Self::Received { .. } => "receive",
            Self::Sent { .. } => "send",
        }
    }
}

/// Recorded calls.
#[async_trait]
pub trait Recordings: Send + Sync {
    /// Keeps them, in this order, each with the marks of all whom it names: it is dropped where one of these was erased since.
    async fn keep_recordings(&self, recordings: Vec<(Recording, Vec<Mark>)>) -> Stored<()>;

    /// The last ones of a channel, newest first.
    async fn last_recordings(&self, channel: &str, limit: u32) -> Stored<Vec<Recording>>;
}
