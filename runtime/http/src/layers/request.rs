//! One span, one id and one measurement a request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use tracing::Instrument;

use crate::app::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids are replaced: they would fill logs.
const LONGEST_ID: usize = 128;

/// Serves a request. Neither path nor query is recorded, for they may hold tokens: the route is.
pub(crate) async fn serve(State(app): State<App>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = id(request.headers(), &app);
    let method = name(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "-".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "http.request.serve",
        method,
        route,
        request_id = id.to_str().unwrap_or_default(),
        status = tracing::field::Empty,
        token = tracing::field::Empty,
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    span.record("status", status);
    let took = started.elapsed();
    span.in_scope(|| tracing::debug!(took = took.as_micros(), "answered"));
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("sportello_http_requests_total", &labels).increment(1);
    metrics::histogram!("sportello_http_request_seconds", &labels[..2]).record(took.as_secs_f64());
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The caller's, where it is fit for a log; else a new one.
fn id(headers: &HeaderMap, app: &App) -> HeaderValue {
    let given = headers.get(REQUEST_ID).filter(|id| is_fit(id.as_bytes()));
    given.cloned().unwrap_or_else(|| {
        let drawn = format!("{:032x}", app.engine.bits());
        HeaderValue::from_str(&drawn).unwrap_or(HeaderValue::from_static("-"))
    })
}

fn is_fit(id: &[u8]) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

/// Callers may invent methods; metrics must not grow by it.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_that_fit_a_log_are_taken_over() {
        assert!(is_fit(b"7f3a-91"));
        assert!(!is_fit(b""));
        assert!(!is_fit(b"two words"));
        assert!(!is_fit(&[b'a'; LONGEST_ID + 1]));
    }
}
