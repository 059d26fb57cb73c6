//! Write Sportello plugins in Rust.
//!
//! A plugin is a function from values to values: implement [`channel::Channel`], [`skill::Skill`] or [`nlu::Nlu`] for a
//! type of yours and name it once in [`export_channel!`], [`export_skill!`] or [`export_nlu!`]. What a remote service has
//! to say is asked for with `fetch(request)?`: the call ends there, the host performs the request, and calls again with
//! the answer. So keep functions free of hidden state, and ask for the same things in the same order.
//!
//! The same code runs natively, so that plugins are tested with `cargo test`: see [`testing`].

#[doc(hidden)]
pub mod bindings;
pub mod channel;
mod content;
mod exchanges;
pub mod http;
mod log;
pub mod nlu;
pub mod settings;
pub mod signature;
pub mod skill;
mod stop;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod vault;

pub use bindings::shared::sportello::plugin::{types, understanding};
pub use content::{answer, intent, link};
pub use exchanges::Outcome;
pub use log::log;
pub use stop::{Pause, Stop};
