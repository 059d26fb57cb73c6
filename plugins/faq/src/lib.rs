//! The faq plugin.
