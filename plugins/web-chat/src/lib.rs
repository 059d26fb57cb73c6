//! The web-chat plugin.
