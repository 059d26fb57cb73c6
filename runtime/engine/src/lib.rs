//! Lanes, turns and deliveries, over ports.
//!
//! A platform's webhook enters through [`Engine::receive`] and is durable when that returns. From there on everything
//! follows from what the store holds: lanes run turns, turns fill outboxes, outboxes are sent. Hints wake lanes at once; a
//! periodic look finds whatever a hint was lost for.

pub mod catalog;
pub mod conformance;
mod core;
mod desk;
mod dispatch;
mod engine;
mod erase;
mod errands;
mod error;
mod intake;
mod keys;
mod lanes;
mod life;
mod live;
pub mod memory;
mod perform;
mod plugin_log;
pub mod ports;
mod recorder;
pub mod replay;
#[cfg_attr(not(feature = "sabotage"), allow(unreachable_pub, reason = "public where the feature is on"))]
mod sabotage;
mod shadow;
mod shares;
mod time;
mod turn;
mod upkeep;

pub use crate::core::Ports;
pub use desk::Answer;
pub use engine::{Engine, Settings, fresh_key};
pub use error::EngineError;
pub use intake::{Received, Rerun};
pub use life::{
    By, Difference, Judged, Push, Registry, Rehearsal, Report, RolledBack, Terms as LifeTerms, Trained, Training,
    Wanted,
};
pub use live::{Listener, LiveHub};
pub use plugin_log::{LogLine, PluginLog};
#[cfg(feature = "sabotage")]
pub use sabotage::Sabotage;
