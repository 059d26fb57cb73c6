//! The telegram plugin.
