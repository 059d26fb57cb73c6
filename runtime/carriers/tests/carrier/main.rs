//! The carrier against real servers on the loopback interface.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests, with what they share")]

mod failures;
mod grants;
mod limits;
mod reuse;
mod secrets;
mod support;
mod tls;
