//! Why something could not be done.

use serde::{Deserialize, Serialize};

/// Why something could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// Nothing was done; try again later, after so many milliseconds where known.
    Retry(Option<u64>),
    /// Nothing was done, and every delivery of this channel has to wait.
    Throttled(Option<u64>),
    /// It may or may not have been done.
    Unknown(String),
    /// It will never work as it is; the reason is for people.
    Rejected(String),
    /// The platform takes only templates now.
    WindowClosed,
    /// The customer does not want messages from us.
    Blocked,
    /// Our credentials are refused.
    Unauthorised(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Retry(_) => f.write_str("not possible right now"),
            Self::Throttled(_) => f.write_str("the platform asks for a pause"),
            Self::Unknown(reason) => write!(f, "outcome unknown: {reason}"),
            Self::Rejected(reason) => write!(f, "rejected: {reason}"),
            Self::WindowClosed => f.write_str("the session window is closed: the platform takes only templates now"),
            Self::Blocked => f.write_str("the customer does not want messages from us"),
            Self::Unauthorised(reason) => write!(f, "our credentials are refused: {reason}"),
        }
    }
}
