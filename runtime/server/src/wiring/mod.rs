//! Puts the rooms together: here alone do store, plugin host, carrier, engine and HTTP meet.

mod cache;
mod clock;
mod components;
mod examine;
mod files;
mod fitness;
mod limits;
mod model;
mod prepare;
mod store;
mod workshop;

pub(crate) use clock::{SystemClock, SystemEntropy};
pub(crate) use components::fetch;
use examine::examine;
pub(crate) use files::raise_open_files;
pub(crate) use limits::{engine as engine_settings, host as host_config, life as life_terms};
pub(crate) use prepare::{Prepared, prepare, wanted_again};
pub(crate) use store::open as open_store;
pub(crate) use workshop::Workbench;
