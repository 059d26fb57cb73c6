//! Runs the real program against emulated platforms, for scenarios, benchmarks and the demo.
//!
//! - [`Emulator`] serves one of [`platforms`] on the loopback interface, keeps what it got and fails on command.
//! - [`Town`] is all of them at once, and the demo's configuration pointed at them.
//! - [`webhooks`] builds what the platforms send; [`signing`] signs it as they do.
//! - [`Setup`] writes a configuration into a folder of its own; [`Server`] runs the program on it, kills and restarts it.
//! - [`questions`] are the demo's, with how their answers begin; [`report`] and [`machine`] tell what was measured on what.
//! - [`Cluster`] is a PostgreSQL for servers that share a store.
//! - [`component`] reads a plugin, [`another`] makes a new one of it that does the same.
//! - [`Client`] and [`Api`] speak to it, [`EventStream`] listens to its live streams; [`now`] is the time that all of them tell.
//!
//! The emulators and their logs are the oracle: what was lost, repeated or out of order is judged by what a platform saw,
//! never by what the program says about itself.

mod client;
mod clock;
mod component;
mod emulator;
mod event_stream;
pub mod machine;
pub mod platforms;
mod postgres;
mod questions;
pub mod report;
mod server;
pub mod signing;
mod town;
pub mod webhooks;

pub use client::{Api, Client, Reply};
pub use clock::now;
pub use component::{another, component};
pub use emulator::{Answer, Cut, Emulator, Fault, Faults, Gate, Log, Plan, Platform, Recorded};
pub use event_stream::{EventStream, ServerSentEvent};
pub use postgres::Cluster;
pub use questions::{Question, questions};
pub use server::{Ran, Server, Setup, root};
pub use town::{Town, secrets};
