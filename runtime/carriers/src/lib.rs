//! Performs the requests that plugins ask for, so that plugins need no sockets and hold no secrets.
//!
//! A request passes, in this order: `prepare` puts the secrets in, `egress` asks whether the operator
//! has granted the host and which addresses may be connected to, `pool` finds or opens a connection, and
//! `mask` takes the secrets out of what came back. What never left is told apart from what may have been done: a
//! `wire` counts the bytes of each request.

mod cache;
mod carrier;
mod connect;
mod connection;
mod egress;
mod error;
mod grant;
mod limits;
mod mask;
mod perform;
mod placeholder;
mod pool;
mod prepare;
mod resolve;
mod room;
mod wire;

pub use carrier::{HttpCarrier, Setup};
pub use error::CarrierError;
pub use grant::{Grant, GrantError};
pub use limits::Limits;
pub use resolve::{Resolve, SystemResolver};
pub use rustls::pki_types::{CertificateDer, pem::PemObject};
