//! From the contract to HTTP: what a platform gets to see of a plugin's answer.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sportello_domain::contract::HttpResponse;

use crate::problem::{Kind, Problem};

/// These belong to the connection, which is the host's (RFC 9110, section 7.6.1), or follow from the body.
const NOT_FOR_PLUGINS: [HeaderName; 10] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::DATE,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// A response as the plugin said it, as far as that makes sense.
pub(super) fn of(channel: &str, said: HttpResponse) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(said.status).ok().filter(|status| status.as_u16() >= 200).ok_or_else(|| {
        tracing::error!(channel, status = said.status, "the plugin answered with a status that HTTP does not know");
        Problem::new(Kind::Internal, format!("the plugin answered with status {}, which is none", said.status))
    })?;
    let empty = matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED);
    let mut response = Response::new(if empty { Body::empty() } else { Body::from(said.body.0) });
    *response.status_mut() = status;
    *response.headers_mut() = headers(channel, &said.headers);
    Ok(response)
}

fn headers(channel: &str, said: &[(String, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) if !NOT_FOR_PLUGINS.contains(&name) => {
                headers.append(name, value);
            }
            _ => tracing::warn!(channel, header = name, "a header of the plugin's answer is left out"),
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(status: u16, headers: &[(&str, &str)]) -> HttpResponse {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpResponse { status, headers, body: "ok".into() }
    }

    #[test]
    fn headers_of_the_connection_and_broken_ones_are_left_out() {
        let headers = [("Vary", "origin"), ("connection", "close"), ("content-length", "7"), ("a b", "c"), ("d", "\n")];
        let response = of("x", said(202, &headers)).unwrap();
        assert_eq!(response.status(), 202);
        assert_eq!(response.headers().iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["vary"]);
    }

    #[test]
    fn a_status_that_is_none_is_a_defect_of_the_plugin() {
        for status in [0, 99, 101, 1000] {
            assert_eq!(of("x", said(status, &[])).unwrap_err().kind, Kind::Internal, "{status}");
        }
    }
}
