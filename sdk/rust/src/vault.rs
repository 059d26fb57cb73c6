//! Secrets, by name: digests and comparisons that the host computes, so that no secret enters the plugin.
//!
//! Outside WebAssembly the secrets are those of [`crate::testing::secrets`].

pub use crate::bindings::shared::sportello::plugin::vault::Digest;
use crate::types::Piece;

#[cfg(target_arch = "wasm32")]
use crate::bindings::shared::sportello::plugin::vault as host;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::vault as host;

/// HMAC of `data`; none where the key names an unknown secret.
#[must_use]
pub fn hmac(digest: Digest, key: &[Piece], data: &[u8]) -> Option<Vec<u8>> {
    host::hmac(digest, key, data)
}

/// HMAC of `data` keyed by the named secret; none where there is no such secret.
#[must_use]
pub fn hmac_by(digest: Digest, secret: &str, data: &[u8]) -> Option<Vec<u8>> {
    hmac(digest, &[Piece::Secret(secret.to_owned())], data)
}

/// A plain digest over pieces; none where they name an unknown secret.
#[must_use]
pub fn hash(digest: Digest, data: &[Piece]) -> Option<Vec<u8>> {
    host::hash(digest, data)
}

/// Whether `candidate` equals the named secret, compared in constant time; false where there is no such secret.
#[must_use]
pub fn matches(secret: &str, candidate: &[u8]) -> bool {
    host::matches(secret, candidate)
}
