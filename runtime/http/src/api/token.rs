//! Access tokens: what they allow, and how they are made and recognised.
//!
//! A token is `spt_` and 32 random bytes in base64url. Only its SHA-256 is kept: with so many random bits nobody can try
//! them out, so a slow hash would gain nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sportello_domain::{Instant, ids::TokenId};
use sportello_engine::ports::store::{Stored, TokenRecord, Tokens};

/// What every token begins with, so that people and secret scanners know one when they see it.
const PREFIX: &str = "spt_";

/// What a token may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Scope {
    ConversationsRead,
    ConversationsWrite,
    PluginsRead,
    PluginsWrite,
    OperationsRead,
    OperationsWrite,
    NluRead,
    NluWrite,
    TokensWrite,
}

/// There is no such scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no scope `{0}`; the scopes are {all}", all = Scope::ALL.map(Scope::name).join(", "))]
pub struct UnknownScope(pub String);

impl Scope {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ConversationsRead,
        Self::ConversationsWrite,
        Self::PluginsRead,
        Self::PluginsWrite,
        Self::OperationsRead,
        Self::OperationsWrite,
        Self::NluRead,
        Self::NluWrite,
        Self::TokensWrite,
    ];

    /// As it is written: `conversations:read`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ConversationsRead => "conversations:read",
            Self::ConversationsWrite => "conversations:write",
            Self::PluginsRead => "plugins:read",
            Self::PluginsWrite => "plugins:write",
            Self::OperationsRead => "operations:read",
            Self::OperationsWrite => "operations:write",
            Self::NluRead => "nlu:read",
            Self::NluWrite => "nlu:write",
            Self::TokensWrite => "tokens:write",
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = UnknownScope;
    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.name() == text).ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

impl TryFrom<String> for Scope {
    type Error = UnknownScope;
    fn try_from(text: String) -> Result<Self, UnknownScope> {
        text.parse()
    }
}

impl From<Scope> for &'static str {
    fn from(scope: Scope) -> Self {
        scope.name()
    }
}

/// A token that was just made: the only time that its secret is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewToken {
    /// What is kept of it.
    #[serde(flatten)]
    pub record: TokenRecord,
    /// What goes behind `Authorization: Bearer`.
    pub token: String,
}

/// Makes a token. `bits` gives random bits and is asked several times.
///
/// # Errors
/// Those of the store.
pub async fn make_token<S: Tokens + ?Sized>(
    store: &S,
    name: &str,
    scopes: &[Scope],
    now: Instant,
    mut bits: impl FnMut() -> u128 + Send,
) -> Stored<NewToken> {
    let mut secret = [0; 32];
    secret[..16].copy_from_slice(&bits().to_be_bytes());
    secret[16..].copy_from_slice(&bits().to_be_bytes());
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
    let record = TokenRecord {
        id: TokenId::new(now, bits()),
        name: name.to_owned(),
        scopes: scopes.iter().map(|scope| scope.name().to_owned()).collect(),
        created_at: now,
    };
    store.create_token(record.clone(), digest(&token)).await?;
    Ok(NewToken { record, token })
}

/// Under what a token is kept.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use sportello_engine::memory::MemoryStore;

    use super::*;

    #[tokio::test]
    async fn a_token_is_kept_by_its_digest_only() {
        let store = MemoryStore::new();
        let mut drawn = 0;
        let bits = || {
            drawn += 1;
            drawn
        };
        let made = make_token(&store, "agents", &[Scope::ConversationsRead], 5, bits).await.unwrap();
        assert_eq!(made.token, "spt_AAAAAAAAAAAAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAI");
        assert_eq!(store.token(digest(&made.token)).await.unwrap(), Some(made.record.clone()));
        assert_eq!(made.record.scopes, ["conversations:read"]);
    }

    #[test]
    fn every_scope_is_read_as_it_is_written_and_others_are_refused_by_name() {
        for scope in Scope::ALL {
            assert_eq!(scope.name().parse(), Ok(scope));
        }
        let message = "queue:read".parse::<Scope>().unwrap_err().to_string();
        assert!(message.contains("`queue:read`") && message.contains("conversations:write"), "{message}");
    }
}
