//! What can be configured of the server's face.

use std::path::PathBuf;
use std::time::Duration;

/// Limits and places; the defaults are for production.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// How platforms and browsers reach the server, without a slash at the end: `https://bot.example.com`.
    pub public_url: String,
    /// Most bytes of a webhook's body.
    pub webhook_body: usize,
    /// How long a request may take until the head of its answer; streams go on after it.
    pub patience: Duration,
    /// Most connections at the same time; more wait to be accepted.
    pub connections: usize,
    /// Most streams of server-sent events at the same time.
    pub streams: usize,
    /// A stream on which nothing happened for so long gets a comment, so that nobody between takes it for dead.
    pub heartbeat: Duration,
    /// A stream whose reader takes nothing for so long ends; the reader resumes it.
    pub stall: Duration,
    /// How long requests that are under way may take when the server goes down.
    pub grace: Duration,
    /// The built files for browsers, `widget.js` among them; served under `/`.
    pub web: Option<PathBuf>,
    /// Pages of the operator; served under `/`, after the built files.
    pub pages: Option<PathBuf>,
}

impl HttpConfig {
    /// The defaults, for a server that is reached there.
    #[must_use]
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into(),
            webhook_body: 1 << 20,
            patience: Duration::from_secs(30),
            connections: 16_384,
            streams: 4_096,
            heartbeat: Duration::from_secs(15),
            stall: Duration::from_secs(60),
            grace: Duration::from_secs(10),
            web: None,
            pages: None,
        }
    }
}
