//! Builds a request for the host to perform.

use std::time::Duration;

use serde::Serialize;

use super::url::{Url, without_braces};
use crate::types::{HttpRequest, Piece};

/// A request under construction. A GET is repeatable, everything else is not, until [`Request::repeatable`] says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Request(HttpRequest);

impl Request {
    /// Any method.
    #[must_use]
    pub fn new(method: &str, url: Url) -> Self {
        Self(HttpRequest {
            method: method.to_owned(),
            url: url.to_string(),
            headers: vec![],
            body: vec![],
            repeatable: matches!(method, "GET" | "HEAD"),
            after: None,
            timeout: None,
            max_age: None,
        })
    }

    /// A GET.
    #[must_use]
    pub fn get(url: Url) -> Self {
        Self::new("GET", url)
    }

    /// A POST.
    #[must_use]
    pub fn post(url: Url) -> Self {
        Self::new("POST", url)
    }

    /// Adds a header. Braces in the value become `%7B` and `%7D`, so that it names no secret, and control characters become
    /// spaces, so that it adds no line.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.raw_header(name, header_text(value))
    }

    /// Adds a header whose value is `prefix` and then the named secret.
    #[must_use]
    pub fn secret_header(self, name: &str, prefix: &str, secret: &str) -> Self {
        self.raw_header(name, format!("{}{{secret:{secret}}}", header_text(prefix)))
    }

    /// Adds `authorization: Bearer` with the named secret.
    #[must_use]
    pub fn bearer(self, secret: &str) -> Self {
        self.secret_header("authorization", "Bearer ", secret)
    }

    /// Sets a JSON body and its content type.
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        // Values that a plugin builds always have a JSON form; one that has none (a map keyed by structs) is sent as null,
        // which the other side refuses.
        let body = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
        self.header("content-type", "application/json").body(body)
    }

    /// Sets the body to these bytes, as they are.
    #[must_use]
    pub fn body(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.pieces(vec![Piece::Bytes(bytes.into())])
    }

    /// Sets a body that holds secrets or files.
    #[must_use]
    pub fn pieces(mut self, pieces: Vec<Piece>) -> Self {
        self.0.body = pieces;
        self
    }

    /// Whether performing it twice does no harm.
    #[must_use]
    pub fn repeatable(mut self, repeatable: bool) -> Self {
        self.0.repeatable = repeatable;
        self
    }

    /// Waits before it is performed.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.0.after = Some(milliseconds(wait));
        self
    }

    /// How long an answer may take; the host's limit where nothing is said.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.0.timeout = Some(milliseconds(timeout));
        self
    }

    /// For GET: an answer that the host got not longer ago than this will do.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.0.max_age = Some(milliseconds(age));
        self
    }

    /// The finished request.
    #[must_use]
    pub fn build(self) -> HttpRequest {
        self.0
    }

    fn raw_header(mut self, name: &str, value: String) -> Self {
        let name = name.to_ascii_lowercase();
        self.0.headers.retain(|(known, _)| *known != name);
        self.0.headers.push((name, value));
        self
    }
}

impl From<Request> for HttpRequest {
    fn from(request: Request) -> Self {
        request.build()
    }
}

fn header_text(value: &str) -> String {
    without_braces(value).replace(char::is_control, " ")
}

fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_cannot_name_a_secret_or_add_a_line() {
        let request = Request::get(Url::new("https://a.example")).header("X-Name", "{secret:token}\r\nx: y").build();
        assert_eq!(request.headers, [("x-name".to_owned(), "%7Bsecret:token%7D  x: y".to_owned())]);
    }

    #[test]
    fn a_bearer_token_is_named_not_held() {
        let request = Request::get(Url::new("https://a.example")).bearer("token").build();
        assert_eq!(request.headers, [("authorization".to_owned(), "Bearer {secret:token}".to_owned())]);
    }

    #[test]
    fn only_reading_is_repeatable_by_itself() {
        let url = || Url::new("https://a.example");
        assert!(Request::get(url()).build().repeatable);
        assert!(!Request::post(url()).build().repeatable);
        assert!(Request::post(url()).repeatable(true).build().repeatable);
    }

    #[test]
    fn a_json_body_is_bytes_with_its_type() {
        let request = Request::post(Url::new("https://a.example")).json(&serde_json::json!({"a": 1})).build();
        assert_eq!(request.headers, [("content-type".to_owned(), "application/json".to_owned())]);
        assert_eq!(request.body, [Piece::Bytes(b"{\"a\":1}".to_vec())]);
    }
}
