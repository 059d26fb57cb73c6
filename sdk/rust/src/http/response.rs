//! Reads answers.

use serde::de::DeserializeOwned;

use crate::types::HttpResponse;

/// An answer's body is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer (status {status}) is not the expected JSON: {reason}")]
pub struct BodyError {
    /// Status of the answer.
    pub status: u16,
    /// What is wrong with it.
    pub reason: String,
}

impl HttpResponse {
    /// An answer with an empty body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self { status, headers: vec![], body: vec![] }
    }

    /// An answer with a text.
    #[must_use]
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        let headers = vec![("content-type".to_owned(), "text/plain; charset=utf-8".to_owned())];
        Self { status, headers, body: text.into().into_bytes() }
    }

    /// An answer with JSON.
    #[must_use]
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status, headers, body: value.to_string().into_bytes() }
    }

    /// Whether the status is one of 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of this name, which is written in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is not JSON, or not of the form of `T`.
    pub fn read_json<T: DeserializeOwned>(&self) -> Result<T, BodyError> {
        serde_json::from_slice(&self.body).map_err(|error| BodyError { status: self.status, reason: error.to_string() })
    }

    /// The body as text; what is not UTF-8 is replaced.
    #[must_use]
    pub fn read_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
