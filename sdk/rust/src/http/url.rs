//! URLs in which nothing but the plugin itself can name a secret.
//!
//! The host replaces `{secret:NAME}` in a URL. So every brace that comes from elsewhere (a customer's text, an answer of a
//! platform) is percent-encoded, and only the `secret_…` methods write one.

use std::fmt::{self, Write};

/// A URL under construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    text: String,
    has_query: bool,
}

impl Url {
    /// A whole URL, from the settings or from a platform's answer; braces in it lose their meaning.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { text: without_braces(base.trim_end_matches('/')), has_query: base.contains('?') }
    }

    /// Adds `/` and one segment of the path, fully encoded.
    #[must_use]
    pub fn segment(mut self, segment: &str) -> Self {
        self.text.push('/');
        // No spelling of a segment of dots survives the normalisation of URLs, so it is encoded twice: then it stays a
        // name that the other side does not know, instead of climbing up the path.
        if matches!(segment, "." | "..") {
            self.text.push_str(&segment.replace('.', "%252E"));
        } else {
            self.text.push_str(&percent_encode(segment));
        }
        self
    }

    /// Adds several segments, separated by `/`.
    #[must_use]
    pub fn path(self, path: &str) -> Self {
        path.split('/').filter(|segment| !segment.is_empty()).fold(self, Url::segment)
    }

    /// Adds a segment with a secret in it: `secret_segment("bot", "token")` becomes `/bot{secret:token}`.
    #[must_use]
    pub fn secret_segment(mut self, prefix: &str, secret: &str) -> Self {
        self.text.push('/');
        self.text.push_str(&percent_encode(prefix));
        self.push_secret(secret);
        self
    }

    /// Adds a query parameter, encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.push_name(name);
        self.text.push_str(&percent_encode(value));
        self
    }

    /// Adds a query parameter whose value is the named secret.
    #[must_use]
    pub fn secret_query(mut self, name: &str, secret: &str) -> Self {
        self.push_name(name);
        self.push_secret(secret);
        self
    }

    fn push_name(&mut self, name: &str) {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.push_str(&percent_encode(name));
        self.text.push('=');
    }

    fn push_secret(&mut self, secret: &str) {
        self.text.push_str("{secret:");
        self.text.push_str(secret);
        self.text.push('}');
    }
}

impl fmt::Display for Url {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Encodes all but the unreserved characters of RFC 3986.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Encodes braces, and leaves the rest.
pub(crate) fn without_braces(text: &str) -> String {
    text.replace('{', "%7B").replace('}', "%7D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_and_encoded() {
        let url = Url::new("https://api.example/v1/").segment("a b/c").query("q", "ä&b").query("p", "1");
        assert_eq!(url.to_string(), "https://api.example/v1/a%20b%2Fc?q=%C3%A4%26b&p=1");
    }

    #[test]
    fn a_query_of_the_base_is_continued() {
        assert_eq!(Url::new("https://api.example/x?a=1").query("b", "2").to_string(), "https://api.example/x?a=1&b=2");
    }

    #[test]
    fn only_the_plugin_names_secrets() {
        let written = "{secret:token}";
        let url = Url::new(&format!("https://api.example/{written}")).segment(written).query(written, written);
        assert!(!url.to_string().contains(['{', '}']), "{url}");
        let url =
            Url::new("https://api.example").secret_segment("bot", "token").segment("send").secret_query("k", "key");
        assert_eq!(url.to_string(), "https://api.example/bot{secret:token}/send?k={secret:key}");
    }

    #[test]
    fn dots_do_not_climb() {
        assert_eq!(Url::new("https://api.example").path("a/../b").to_string(), "https://api.example/a/%252E%252E/b");
    }
}
