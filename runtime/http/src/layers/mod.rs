//! What surrounds every request.

pub(crate) mod headers;
pub(crate) mod panic;
pub(crate) mod patience;
pub(crate) mod request;
