//! Puts the rooms together: here alone do store, plugin host, carrier, engine and HTTP meet.

mod assemble;
mod clock;
mod examine;
mod limits;
mod model;
mod prepare;

use assemble::{Assembled, assemble};
pub(crate) use clock::{SystemClock, SystemEntropy};
use examine::{Examined, examine};
pub(crate) use limits::{engine as engine_settings, host as host_config};
use model::train;
pub(crate) use prepare::{Ready, prepare};
