//! How much one request, and one revision, may take.

use std::time::Duration;

/// Limits of the HTTP carrier; all of them are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first attempt to connect to the last byte of the answer; a request may ask for less.
    pub timeout: Duration,
    /// For connecting to one address, TLS included.
    pub connect: Duration,
    /// The longest `after` that a request may ask for.
    pub wait: Duration,
    /// Bytes of an answer's body.
    pub response_body: usize,
    /// Bytes of an answer's status line and headers.
    pub response_head: usize,
    /// Number of an answer's headers.
    pub response_headers: usize,
    /// Requests of one revision that are on the wire at the same time; more of them wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            connect: Duration::from_secs(5),
            wait: Duration::from_secs(30),
            response_body: 10 << 20,
            response_head: 64 << 10,
            response_headers: 100,
            connections: 128,
        }
    }
}
