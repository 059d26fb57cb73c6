//! What the engine needs of the world, as traits: plugins, a carrier, a clock, chance and a store.
//!
//! Each is implemented by a crate of its own, and for tests and simulation by something smaller.

mod carrier;
mod clock;
mod plugins;
pub mod store;
mod workshop;

pub use carrier::{Carrier, Errand, Trust};
pub use clock::{Clock, Entropy};
pub use plugins::{Call, Called, Limit, PluginError, Plugins, Returned};
pub use store::{Store, StoreError};
pub use workshop::{Compiled, Ready, Unfit, Workshop};
