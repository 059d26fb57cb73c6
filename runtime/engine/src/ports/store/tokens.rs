//! Access tokens of the API.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{Instant, ids::TokenId};

use super::Stored;

/// A token, without what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TokenRecord {
    /// Its id.
    pub id: TokenId,
    /// For people.
    pub name: String,
    /// What it allows, such as `conversations:read`.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
}

/// Access tokens.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// Keeps a token by the SHA-256 of its secret.
    async fn create_token(&self, token: TokenRecord, secret_digest: [u8; 32]) -> Stored<()>;

    /// The token with this digest.
    async fn token(&self, secret_digest: [u8; 32]) -> Stored<Option<TokenRecord>>;

    /// All tokens.
    async fn tokens(&self) -> Stored<Vec<TokenRecord>>;

    /// Takes a token back.
    ///
    /// # Errors
    /// `NotFound`.
    async fn revoke_token(&self, id: TokenId) -> Stored<()>;
}
