//! Streams of server-sent events, kept so that nobody misses any.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    ids::{ConversationId, DeliveryId, ErrandId},
};

use super::Stored;

/// Something to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// Whose stream.
    pub address: String,
    /// The same key again publishes nothing.
    pub key: Option<String>,
    /// The event's name.
    pub event: Option<String>,
    /// The event's data.
    pub data: String,
    /// Of what it is a part; none: it stands for itself.
    pub cause: Option<Cause>,
    /// When.
    pub now: Instant,
}

/// Of what a publication is a part: where that was erased, nothing is published any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Cause {
    Conversation(ConversationId),
    Delivery(DeliveryId),
    Errand(ErrandId),
}

/// An event of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LiveEvent {
    /// From 1, without gaps, per address.
    pub id: u64,
    /// Its name.
    pub event: Option<String>,
    /// Its data.
    pub data: String,
}

/// Whether a publication was new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// It is, with this id.
    New(u64),
    /// Its key was known, with this id.
    Known(u64),
}

/// Streams of server-sent events.
#[async_trait]
pub trait LiveLog: Send + Sync {
    /// Appends to a stream.
    ///
    /// # Errors
    /// `NotFound` where its cause is there no more.
    async fn publish(&self, publication: Publication) -> Stored<Published>;

    /// Events after this id, oldest first; 0: from the beginning.
    async fn live_after(&self, address: &str, after: u64, limit: u32) -> Stored<Vec<LiveEvent>>;

    /// Waits until another node has published something, and says to which stream; none: it may have been any. A store of one
    /// node waits for ever. One task asks.
    async fn published_elsewhere(&self) -> Option<String> {
        std::future::pending().await
    }
}
