//! Lanes, turns and deliveries, over ports.

pub mod ports;
