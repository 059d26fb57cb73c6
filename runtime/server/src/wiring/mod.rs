//! Puts the rooms together: here alone do store, plugin host, carrier, engine and HTTP meet.

mod assemble;
mod clock;
mod examine;
mod limits;
mod model;

pub(crate) use assemble::{Assembled, assemble};
pub(crate) use clock::{SystemClock, SystemEntropy};
pub(crate) use examine::{Examined, examine};
pub(crate) use limits::{carrier as carrier_limits, engine as engine_settings, host as host_config};
pub(crate) use model::train;
