//! Questions to the vault, with the answers that the journal keeps.

use serde::{Deserialize, Serialize};

use super::{Bytes, Piece};

/// A digest algorithm that some platform signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Digest {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

/// What a plugin asked the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaultQuestion {
    /// A keyed digest.
    Hmac {
        /// Which.
        digest: Digest,
        /// The key, in pieces.
        key: Vec<Piece>,
        /// What is signed.
        data: Bytes,
    },
    /// A plain digest over pieces.
    Hash {
        /// Which.
        digest: Digest,
        /// What is digested.
        data: Vec<Piece>,
    },
    /// Whether a candidate equals the named secret.
    Matches {
        /// Its name.
        secret: String,
        /// What a stranger sent.
        candidate: Bytes,
    },
}

/// What the vault answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VaultAnswer {
    /// Of `hmac` and `hash`; none: no such secret.
    Digest(Option<Bytes>),
    /// Of `matches`.
    Matches(bool),
}
