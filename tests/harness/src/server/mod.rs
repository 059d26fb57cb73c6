//! The real program, in a folder of its own.

mod process;
mod setup;

pub use process::Server;
pub(crate) use setup::root;
pub use setup::{Ran, Setup};
