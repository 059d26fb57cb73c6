//! What commands of an operator ask for, whether the server runs or not.
//!
//! SQLite belongs to one process for its life, so a command asks the running server over a socket beside the database,
//! which only the server's own user can open: it serves the API, without tokens. Where no server of this configuration runs,
//! the command opens the store itself; PostgreSQL lets it in beside other servers.

mod remote;
mod server;
mod socket;

use std::io::ErrorKind;

use anyhow::Context as _;
use serde::Deserialize;
use sportello_domain::conversation::Contact;
use sportello_domain::ids::{ContactId, ConversationId, QuarantineId, TokenId};
use sportello_domain::{Instant, expiry};
use sportello_engine::fresh_key;
use sportello_engine::ports::store::{
    Contacts, Desk, Erasure, Held, Holding, Intake, Lanes, Marker, TokenRecord, Tokens, Upkeep,
};
use sportello_engine::ports::{Clock, Entropy};
use sportello_http::{Scope, make_token};
use sportello_store::SqlStore;
use tokio::net::UnixStream;

use crate::config::{Place, StoreSection};
use crate::transcript::Transcript;
use crate::wiring::{SystemClock, SystemEntropy, open_store};

pub(crate) use server::Api;
pub(crate) use socket::bind;

/// Items of quarantine that are listed at once.
const PAGE: u32 = 1_000;

/// Whoever can be asked.
pub(crate) enum Office {
    /// The running server.
    Server(Api),
    /// The store, for no server runs.
    Store(SqlStore),
}

/// Something in quarantine, for a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct QuarantineItem {
    pub(crate) id: QuarantineId,
    pub(crate) channel: String,
    pub(crate) reason: String,
    pub(crate) at: Instant,
}

/// What came of reading an item again.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rerun {
    Taken { events: usize },
    Stays { reason: String },
}

/// What was forgotten, and webhooks in quarantine that name whom it was.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Erased {
    pub(crate) conversations: usize,
    pub(crate) webhooks: Vec<QuarantineId>,
}

impl Office {
    /// Finds the running server, or opens the store.
    ///
    /// # Errors
    /// Another process has the store and is not the server, or it cannot be opened.
    pub(crate) async fn open(store: &StoreSection) -> anyhow::Result<Self> {
        match UnixStream::connect(store.socket()).await {
            Ok(stream) => Ok(Self::Server(Api::over(stream).await?)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                if let Place::File(file) = &store.place {
                    let found = file.is_file();
                    anyhow::ensure!(found, "there is no {}: start the server once, and it is made", file.display());
                }
                Ok(Self::Store(open_store(store).await?))
            }
            Err(error) => Err(error).with_context(|| format!("asking the server at {}", store.socket().display())),
        }
    }

    /// Makes a token, and gives it back this once.
    pub(crate) async fn create_token(&mut self, name: &str, scopes: &[Scope]) -> anyhow::Result<String> {
        let bits = || SystemEntropy.bits();
        let made = match self {
            Self::Server(api) => api.create_token(name, scopes).await?,
            Self::Store(store) => make_token(store, name, scopes, SystemClock.now(), bits).await?,
        };
        Ok(made.token)
    }

    /// All tokens.
    pub(crate) async fn tokens(&mut self) -> anyhow::Result<Vec<TokenRecord>> {
        match self {
            Self::Server(api) => api.tokens().await,
            Self::Store(store) => Ok(store.tokens().await?),
        }
    }

    /// Takes a token back.
    pub(crate) async fn revoke_token(&mut self, id: TokenId) -> anyhow::Result<()> {
        match self {
            Self::Server(api) => api.revoke_token(id).await,
            Self::Store(store) => Ok(store.revoke_token(id).await?),
        }
    }

    /// All that is known of a conversation.
    pub(crate) async fn transcript(&mut self, id: ConversationId) -> anyhow::Result<Transcript> {
        match self {
            Self::Server(api) => api.transcript(id).await,
            Self::Store(store) => {
                let overview =
                    store.conversation(id).await?.with_context(|| format!("there is no conversation {id}"))?;
                Ok(Transcript { overview, lines: store.transcript(id).await?, turns: store.turns(id).await? })
            }
        }
    }

    /// Whom a channel knows by this name.
    ///
    /// # Errors
    /// It knows nobody by that name.
    pub(crate) async fn contact(&mut self, channel: &str, name: &str) -> anyhow::Result<Contact> {
        match self {
            Self::Server(api) => api.contact(channel, name).await,
            Self::Store(store) => {
                let found = store.contact(channel, name).await?;
                found.with_context(|| format!("there is no contact of this channel {name}"))
            }
        }
    }

    /// Forgets somebody.
    pub(crate) async fn erase(&mut self, contact: ContactId) -> anyhow::Result<Erased> {
        match self {
            Self::Server(api) => api.erase(contact).await,
            Self::Store(store) => {
                let marker = Marker::new(store.installation_key(fresh_key(&SystemEntropy)).await?);
                let erased = store.erase(Erasure::before(SystemClock.now(), contact, marker)).await?;
                Ok(Erased { conversations: erased.conversations, webhooks: erased.webhooks })
            }
        }
    }

    /// What is in quarantine, oldest first.
    pub(crate) async fn quarantine(&mut self) -> anyhow::Result<Vec<QuarantineItem>> {
        match self {
            Self::Server(api) => api.quarantine().await,
            Self::Store(store) => {
                let items = store.quarantined(PAGE).await?.into_iter();
                let item = |item: sportello_engine::ports::store::Quarantined| QuarantineItem {
                    id: item.id,
                    channel: item.channel,
                    reason: item.reason,
                    at: item.at,
                };
                Ok(items.map(item).collect())
            }
        }
    }

    /// Reads an item again.
    pub(crate) async fn rerun(&mut self, id: QuarantineId) -> anyhow::Result<Rerun> {
        match self {
            Self::Server(api) => api.rerun(id).await,
            Self::Store(_) => {
                anyhow::bail!("what is in quarantine is read by plugins, which run in the server: start it first")
            }
        }
    }

    /// What is held since a backup was put back.
    pub(crate) async fn held(&mut self) -> anyhow::Result<Held> {
        match self {
            Self::Server(api) => api.held().await,
            Self::Store(store) => Ok(store.held(PAGE).await?),
        }
    }

    /// Lets it go its way: of one conversation, or of all. Says in how many conversations something leaves.
    pub(crate) async fn let_go(&mut self, conversation: Option<ConversationId>) -> anyhow::Result<usize> {
        match self {
            Self::Server(api) => api.let_go(conversation).await,
            Self::Store(store) => {
                let now = SystemClock.now();
                Ok(store.let_go(conversation, now, now + expiry::AGENT).await?.len())
            }
        }
    }

    /// Does away with it. Says how much it was.
    pub(crate) async fn discard_held(&mut self, conversation: Option<ConversationId>) -> anyhow::Result<u64> {
        match self {
            Self::Server(api) => api.discard_held(conversation).await,
            Self::Store(store) => Ok(store.discard_held(conversation).await?),
        }
    }

    /// Lets go of whoever was asked.
    pub(crate) async fn close(self) {
        if let Self::Store(store) = self {
            store.close().await;
        }
    }
}
