//! Requests that plugins ask the host to perform, and what came of them.

use serde::{Deserialize, Serialize};

use super::{Bytes, Json};
use crate::Instant;

/// A header: its name, in lower case where it was received, and its value.
pub type Header = (String, String);

/// A piece of a body, or of a key. Bytes are never searched for placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// Sent as they are.
    Bytes(Bytes),
    /// The named secret, put in by the host.
    Secret(String),
    /// A file kept by the host, by its id.
    File(String),
}

/// A request for the host to perform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpRequest {
    /// Upper case.
    pub method: String,
    /// `https:`, `http:` or `live:ADDRESS`; may name secrets as `{secret:NAME}`.
    pub url: String,
    /// May name secrets as `{secret:NAME}` in their values.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// In order.
    #[serde(default)]
    pub body: Vec<Piece>,
    /// Whether performing it twice does no harm.
    pub repeatable: bool,
    /// Milliseconds to wait before it is performed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u32>,
    /// Milliseconds until it is given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u32>,
    /// For GET: an answer not older than so many milliseconds will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// Names in lower case.
    #[serde(default)]
    pub headers: Vec<Header>,
    /// Whole.
    #[serde(default)]
    pub body: Bytes,
}

/// Why a request brought no response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestError {
    /// The operator has not granted this host.
    NotGranted,
    /// Not a byte of the request has left.
    Unreachable(String),
    /// The other side may or may not have acted.
    Unknown(String),
    /// There was an answer, larger than the limit.
    TooLarge,
}

/// A request that was performed on behalf of a call, with what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Exchange {
    /// As the plugin asked for it: secrets by name.
    pub request: HttpRequest,
    /// What came of it.
    #[serde(with = "super::outcome")]
    pub outcome: Result<HttpResponse, RequestError>,
}

/// What every call of a channel may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Context {
    /// The channel's settings.
    pub settings: Json,
    /// Public address of this channel's webhook.
    pub hook: String,
    /// Stands still while one call is repeated.
    pub now: Instant,
    /// For nonces and boundaries.
    pub seed: u64,
}
