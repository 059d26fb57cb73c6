//! A world around one server.

mod bench;
pub(crate) mod client;
pub(crate) mod contract;
pub(crate) mod plugins;
pub(crate) mod world;

pub(crate) use client::Reply;
pub(crate) use world::World;
