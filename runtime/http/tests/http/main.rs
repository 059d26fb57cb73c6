//! The server's face from outside: a real listener, a real client, an engine on the store in memory, and plugins and a
//! carrier that are made up for the purpose.
//!
//! Whatever the API answers here is held against its own OpenAPI document on the way ([`support::contract`]).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "all of it is test code")]

mod agents;
mod contacts;
mod documented;
mod health;
mod hooks;
mod learning;
mod live;
mod operators;
mod pages;
mod private;
mod revisions;
mod scopes;
mod shutdown;
mod support;
