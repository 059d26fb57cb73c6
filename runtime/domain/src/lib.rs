//! Types and pure decisions of a conversation runtime.
//!
//! Nothing here waits, asks a clock, draws a random number or does I/O: times (milliseconds since the Unix epoch, UTC)
//! and seeds are arguments. What plugins and host say to each other stands in [`contract`]; what the host decides by
//! itself stands beside it, one decision a module.

pub mod backoff;
pub mod contract;
pub mod conversation;
pub mod delivery;
pub mod diff;
pub mod evaluation;
pub mod expiry;
pub mod fit;
pub mod guard;
pub mod ids;
pub mod inbox;
pub mod learning;
pub mod notices;
pub mod opening;
pub mod replay;
pub mod revision;
pub mod routing;
pub mod secrets;

/// Milliseconds since the Unix epoch, UTC.
pub type Instant = u64;
