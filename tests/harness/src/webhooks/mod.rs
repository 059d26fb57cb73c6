//! What platforms send, shaped like the real thing, and the way they send it.

pub mod telegram;
pub mod whatsapp;
