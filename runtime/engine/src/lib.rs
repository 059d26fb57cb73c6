//! Lanes, turns and deliveries, over ports.

mod error;
pub mod ports;

pub use error::EngineError;
