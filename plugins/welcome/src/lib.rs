//! The welcome plugin.
