//! Keeping everything.
