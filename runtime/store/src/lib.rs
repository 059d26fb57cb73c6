//! Keeps everything: the only crate that knows sqlx.
//!
//! One writer, many readers. What changes something is a command; the writer takes all that wait, runs each within a
//! savepoint of its own, commits them together (one fsync) and only then answers. What only looks goes to connections of
//! its own beside it, and sees whatever was answered before.
//!
//! An I/O error ends the store for good: after a failed fsync nobody knows what the disk holds. [`SqliteStore::failure`]
//! tells, and the process has to end; at the next start the store is what was committed, and a turn that is committed a
//! second time is known (rule 5).

mod columns;
mod desk;
mod dialect;
mod error;
mod intake;
mod lanes;
mod live;
mod lock;
mod migrations;
mod outbox;
mod owner;
mod quarantine;
mod rows;
mod schedules;
mod script;
mod status;
mod store;
mod tokens;
mod upkeep;
mod value;
mod writer;

pub use error::OpenError;
pub use store::{Settings, SqliteStore};
