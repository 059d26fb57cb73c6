//! Who speaks, as the window shows it.

use serde_json::{Value, json};
use sportello_sdk::channel;

/// The author of a message on a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Author {
    Customer,
    Bot,
    /// A person, by the name that customers may see.
    Agent(String),
}

impl Author {
    pub(crate) fn encode(&self) -> Value {
        match self {
            Self::Customer => json!("customer"),
            Self::Bot => json!("bot"),
            Self::Agent(name) => json!({ "agent": name }),
        }
    }
}

impl From<&channel::Author> for Author {
    fn from(author: &channel::Author) -> Self {
        match author {
            channel::Author::Bot => Self::Bot,
            channel::Author::Agent(name) => Self::Agent(name.clone()),
        }
    }
}
