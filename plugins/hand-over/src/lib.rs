//! The hand-over plugin.
