//! The engine in a world that is made of one seed.
//!
//! The real engine runs on simulated ports: a store, plugins, platforms, a clock and chance. What happens and what goes wrong is a
//! [`plan::Plan`] drawn from the seed; time is tokio's paused clock, so that it passes only when everybody waits; every delay and every
//! id is drawn from the seed, too. So the same seed gives the same history, to the byte. At the end all faults stop, and the oracle
//! decides from the platforms' own logs, and from what was injected, whether anything was lost, repeated or out of order.

pub mod backups;
pub mod broken;
pub mod builds;
pub mod calls;
pub mod carrier;
pub mod catalog;
pub mod customers;
pub mod dialogues;
pub mod held;
pub mod hints;
pub mod network;
pub mod operators;
pub mod oracle;
pub mod people;
pub mod plan;
pub mod platform;
pub mod plugins;
pub mod rehearsals;
mod run;
pub mod shrink;
pub mod store;
pub mod witness;
pub mod world;

pub use run::{Report, run};
