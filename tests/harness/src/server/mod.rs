//! The real program, in a folder of its own.

mod process;
mod setup;

pub use process::Server;

pub use setup::{Ran, Setup, root};
