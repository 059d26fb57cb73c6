//! `application/x-www-form-urlencoded`: bodies of requests, bodies of webhooks, and queries of URLs.

use super::{Request, percent_encode};

impl Request {
    /// Sets a form as the body, and its content type.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let encoded: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value))).collect();
        self.header("content-type", "application/x-www-form-urlencoded").body(encoded.join("&"))
    }
}

/// The fields of a form or a query, decoded, in their order. What is not UTF-8 is replaced.
#[must_use]
pub fn parse_form(text: &str) -> Vec<(String, String)> {
    text.split('&').filter(|field| !field.is_empty()).map(parse_field).collect()
}

/// The fields of a URL's query, decoded, in their order.
#[must_use]
pub fn parse_query(url: &str) -> Vec<(String, String)> {
    let without_fragment = url.split('#').next().unwrap_or_default();
    without_fragment.split_once('?').map(|(_, query)| parse_form(query)).unwrap_or_default()
}

fn parse_field(field: &str) -> (String, String) {
    let (name, value) = field.split_once('=').unwrap_or((field, ""));
    (decode(name), decode(value))
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let escaped = (byte == b'%').then(|| hex_byte(bytes.get(at + 1..at + 3)?)).flatten();
        decoded.push(match (byte, escaped) {
            (_, Some(escaped)) => escaped,
            (b'+', None) => b' ',
            (other, None) => other,
        });
        at += if escaped.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(value(digits[0])? * 16 + value(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn a_query_is_decoded() {
        let url = "https://a.example/hook?hub.mode=subscribe&t=a%2Bb+c&flag&x=%C3%A4#part";
        let expected = [pair("hub.mode", "subscribe"), pair("t", "a+b c"), pair("flag", ""), pair("x", "ä")];
        assert_eq!(parse_query(url), expected);
    }

    #[test]
    fn broken_escapes_stay_as_they_are() {
        assert_eq!(parse_form("a=%&b=%4&c=%zz"), [pair("a", "%"), pair("b", "%4"), pair("c", "%zz")]);
    }
}
