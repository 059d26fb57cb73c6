//! From HTTP to the contract: what a plugin sees of a call.

use axum::body::Bytes;
use http::HeaderMap;
use http::request::Parts;
use sportello_domain::contract::{Header, Webhook};

/// The address is the public one, since platforms sign what they called and not what a proxy made of it.
pub(super) fn of(parts: &Parts, body: Bytes, public_url: &str) -> Webhook {
    let called = parts.uri.path_and_query().map_or("/", |called| called.as_str());
    Webhook {
        method: parts.method.as_str().to_ascii_uppercase(),
        url: format!("{}{called}", public_url.trim_end_matches('/')),
        headers: headers(&parts.headers),
        body: Vec::from(body).into(),
    }
}

/// Names are in lower case already; a value that is no UTF-8 is made readable, for plugins get text.
fn headers(headers: &HeaderMap) -> Vec<Header> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn webhook(request: http::request::Builder) -> Webhook {
        let (parts, ()) = request.body(()).unwrap().into_parts();
        of(&parts, Bytes::from_static(b"{ }"), "https://bot.example/base")
    }

    #[test]
    fn the_public_address_is_what_was_called() {
        let called = Request::post("http://10.0.0.7:8080/hooks/x/y%2Fz?a=%20b&c=").header("Host", "10.0.0.7:8080");
        assert_eq!(webhook(called).url, "https://bot.example/base/hooks/x/y%2Fz?a=%20b&c=");
    }

    #[test]
    fn header_names_are_lower_case_and_repetitions_stay() {
        let headers = webhook(Request::get("/").header("X-One", "a").header("x-ONE", "b").header("y", "c")).headers;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(headers, [pair("x-one", "a"), pair("x-one", "b"), pair("y", "c")]);
    }

    #[test]
    fn the_body_is_raw() {
        assert_eq!(webhook(Request::post("/")).body.0, b"{ }");
    }
}
