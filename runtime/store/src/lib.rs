//! Keeps everything: the only crate that knows SQL.
//!
//! What changes something and what only looks are operations: plain sequences of statements that both databases read, with
//! decisions in between. How a database runs them, makes them durable and tells its failures is told where it is kept.
//!
//! An I/O error ends a store in a file for good: after a failed fsync nobody knows what the disk holds. [`SqlStore::failure`]
//! tells, and the process has to end; at the next start the store is what was committed, and a turn that is committed a
//! second time is known (rule 5).

mod contacts;
mod desk;
mod error;
mod held;
mod intake;
mod jobs;
mod lanes;
mod learning;
mod live;
mod operation;
mod outbox;
mod owner;
mod postgres;
mod quarantine;
mod recordings;
mod revisions;
mod rows;
mod schedules;
mod sql;
mod sqlite;
mod status;
mod store;
mod tokens;
mod upkeep;

pub use error::OpenError;
pub use store::{Settings, SqlStore};
