//! Access tokens of the API.

use async_trait::async_trait;
use sportello_domain::ids::TokenId;

use super::MemoryStore;
use crate::ports::store::{StoreError, Stored, TokenRecord, Tokens};

#[async_trait]
impl Tokens for MemoryStore {
    async fn create_token(&self, token: TokenRecord, secret_digest: [u8; 32]) -> Stored<()> {
        let mut state = self.state();
        let taken = state.tokens.iter().any(|(id, (digest, _))| *id == token.id || *digest == secret_digest);
        if taken {
            return Err(StoreError::Conflict("there is such a token already: draw another one".into()));
        }
        state.tokens.insert(token.id, (secret_digest, token));
        Ok(())
    }

    async fn token(&self, secret_digest: [u8; 32]) -> Stored<Option<TokenRecord>> {
        let state = self.state();
        let found = state.tokens.values().find(|(digest, _)| *digest == secret_digest);
        Ok(found.map(|(_, token)| token.clone()))
    }

    async fn tokens(&self) -> Stored<Vec<TokenRecord>> {
        Ok(self.state().tokens.values().map(|(_, token)| token.clone()).collect())
    }

    async fn revoke_token(&self, id: TokenId) -> Stored<()> {
        let revoked = self.state().tokens.remove(&id);
        revoked.map(|_| ()).ok_or_else(|| StoreError::NotFound { what: "token", id: id.to_string() })
    }
}
