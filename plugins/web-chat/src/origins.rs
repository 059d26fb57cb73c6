//! Which pages may talk to the hook: cross-origin resource sharing (<https://fetch.spec.whatwg.org/#http-cors-protocol>).
//!
//! The token travels in a header that the page's script sets, never in a cookie, so another site gains nothing by making a
//! customer's browser call: what is guarded here is only who may carry the window.

use sportello_sdk::channel::Webhook;
use sportello_sdk::types::HttpResponse;

/// Seconds for which a browser may remember that it was allowed.
const REMEMBER: &str = "7200";

/// Adds to an answer what lets the calling page read it, where it may.
pub(crate) fn allow(origins: &[String], webhook: &Webhook, mut response: HttpResponse) -> HttpResponse {
    if origins.is_empty() {
        return response;
    }
    let mut add = |name: &str, value: &str| response.headers.push((name.to_owned(), value.to_owned()));
    add("vary", "origin");
    let Some(origin) = webhook.header("origin") else { return response };
    if origins.iter().any(|allowed| permits(allowed, origin)) {
        add("access-control-allow-origin", origin);
    }
    response
}

/// The answer to a browser that asks before it calls.
pub(crate) fn preflight(methods: &str) -> HttpResponse {
    let headers = [
        ("access-control-allow-methods", methods),
        ("access-control-allow-headers", "authorization, content-type, last-event-id"),
        ("access-control-max-age", REMEMBER),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    HttpResponse { headers, ..HttpResponse::status(204) }
}

/// For the operator.
pub(crate) fn note(origins: &[String]) -> String {
    if origins.is_empty() {
        "only pages of this server's own origin may carry it: set `origins` to allow others".to_owned()
    } else {
        format!("pages of these origins may carry it: {}", origins.join(", "))
    }
}

fn permits(allowed: &str, origin: &str) -> bool {
    allowed == "*" || allowed.trim_end_matches('/').eq_ignore_ascii_case(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origins: &[&str], origin: &str) -> Option<String> {
        let webhook = Webhook {
            method: "POST".to_owned(),
            url: "https://bot.example/hooks/web-chat/messages".to_owned(),
            headers: vec![("Origin".to_owned(), origin.to_owned())],
            body: vec![],
        };
        let origins: Vec<String> = origins.iter().map(|&origin| origin.to_owned()).collect();
        allow(&origins, &webhook, HttpResponse::status(200)).header("access-control-allow-origin").map(str::to_owned)
    }

    #[test]
    fn only_listed_origins_are_allowed() {
        let origins = ["https://shop.example/", "https://Other.example:8443"];
        assert_eq!(allowed(&origins, "https://shop.example").as_deref(), Some("https://shop.example"));
        assert_eq!(allowed(&origins, "https://other.example:8443").as_deref(), Some("https://other.example:8443"));
        for origin in ["https://shop.example.evil", "http://shop.example", "https://other.example", "null"] {
            assert_eq!(allowed(&origins, origin), None, "{origin}");
        }
        assert_eq!(allowed(&[], "https://shop.example"), None);
        assert_eq!(allowed(&["*"], "https://any.example").as_deref(), Some("https://any.example"));
    }
}
