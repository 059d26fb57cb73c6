//! Runs plugins: the only crate that knows wasmtime.
//!
//! [`PluginHost`] implements the engine's port. Every call gets a fresh instance of the component, a store of its own and
//! its own limits, so that nothing of one customer reaches another; only the models of language understanding stay in
//! warm instances, and the plugins that an operator trusts so far. A guest is pure: it imports the vault and WASI in an inert form, and what it may know are its
//! arguments.
//!
//! Calls run where they are awaited, on a fiber, and stand aside at each tick of 10 ms. So a plugin that loops costs its
//! neighbours time, but never their turn.

mod background;
mod bindings;
mod budget;
mod compile;
mod config;
mod convert;
mod error;
mod figures;
mod gate;
mod guest;
mod guest_log;
mod host;
mod limits;
mod link;
mod loaded;
mod machine;
mod operator;
mod port;
mod processor;
mod random;
mod revisions;
mod session;
mod state;
mod ticker;
mod vault;
mod warm;
mod wasi;
mod worlds;

pub use compile::{MOST_BYTES, compile_command};
pub use config::{Compiler, HostConfig};
pub use error::{HostError, LinkError};
pub use host::PluginHost;
pub use limits::{Concurrency, Limits};
pub use link::CONTRACT;
pub use operator::{Case, CaseResult, Inspection, Mismatch, Verdict};
