//! Calls that the window, or whoever plays it, got wrong. They are answered, not refused: a refusal bears no headers for
//! pages of other origins, whose scripts could not tell it from a broken line.

use serde_json::json;
use sportello_sdk::types::HttpResponse;

/// What is wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// Not a path of this channel.
    NoSuchPath,
    /// The path takes this one.
    WrongMethod(&'static str),
    /// What is wrong with the body, and what it should be.
    Malformed(String),
    /// Longer than so many characters.
    TextTooLong { limit: u32 },
}

impl Problem {
    pub(super) fn answer(&self) -> HttpResponse {
        let (status, code, message) = match self {
            Self::NoSuchPath => {
                (404, "no-such-path", "the web chat has session, stream, messages and typing".to_owned())
            }
            Self::WrongMethod(method) => (405, "wrong-method", format!("use {method}")),
            Self::Malformed(reason) => (400, "malformed", reason.clone()),
            Self::TextTooLong { limit } => (413, "text-too-long", format!("a message has at most {limit} characters")),
        };
        let mut response = super::json(status, &json!({ "error": code, "message": message }));
        if let Self::WrongMethod(method) = self {
            response.headers.push(("allow".to_owned(), format!("{method}, OPTIONS")));
        }
        response
    }
}
