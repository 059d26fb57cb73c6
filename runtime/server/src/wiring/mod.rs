//! Puts the rooms together: here alone do store, plugin host, carrier, engine and HTTP meet.

mod assemble;
mod clock;
mod components;
mod examine;
mod files;
mod limits;
mod model;
mod prepare;
mod store;

use assemble::{Assembled, assemble};
pub(crate) use clock::{SystemClock, SystemEntropy};
pub(crate) use components::exchange;
use examine::{Examined, examine};
pub(crate) use files::raise_open_files;
pub(crate) use limits::{engine as engine_settings, host as host_config};
use model::train;
pub(crate) use prepare::{Ready, prepare};
pub(crate) use store::open as open_store;
