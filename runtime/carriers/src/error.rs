//! What goes wrong outside a request: in what an operator has configured.

use sportello_domain::revision::RevisionId;

use crate::grant::GrantError;

/// Why the carrier, or a revision's part of it, could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    /// A grant is not an origin.
    #[error("cannot admit {revision}: {source}")]
    Grant {
        /// Whose grant.
        revision: RevisionId,
        /// What is wrong with it.
        source: GrantError,
    },
    /// An additional certificate authority cannot be used.
    #[error("cannot trust an additional certificate authority: {0}; give a CA certificate in DER form")]
    Authority(#[source] rustls::Error),
    /// TLS could not be set up.
    #[error("cannot set TLS up: {0}")]
    Tls(#[source] rustls::Error),
    /// A value cannot be searched for in answers.
    #[error("cannot admit {revision}: its secrets cannot be masked: {source}")]
    Mask {
        /// Whose secrets.
        revision: RevisionId,
        /// Why.
        source: aho_corasick::BuildError,
    },
}
