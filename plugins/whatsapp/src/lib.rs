//! The whatsapp plugin.
