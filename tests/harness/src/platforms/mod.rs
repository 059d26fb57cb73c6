//! The platforms and services that the program talks to, each as it behaves when nothing is wrong.

mod telegram;
mod tracking;
mod whatsapp;

pub use telegram::{Post, Telegram};
pub use tracking::Tracking;
pub use whatsapp::{Reports, Sent, WhatsApp, error};
