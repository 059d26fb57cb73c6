//! The intents plugin.
