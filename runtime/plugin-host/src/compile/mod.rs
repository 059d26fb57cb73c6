//! From a component to machine code: compiled once, in a process of its own, and kept in a private folder.

mod cache;
mod command;
mod header;
mod process;

pub(crate) use cache::Cache;
pub use command::compile_command;
pub use header::MOST_BYTES;
