//! Live streams: the still open answer of a webhook, as server-sent events (WHATWG HTML, section 9.2).

mod encode;
mod exit;
mod pump;
mod resume;
mod wire;

use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};

use crate::app::App;
use crate::problem::{Kind, Problem};

pub(crate) use exit::{Exit, Socket};
pub(crate) use pump::Pump;

/// Turns a plugin's answer into the stream of an address, from after the last event on that the caller has.
pub(crate) fn open(app: &App, parts: &Parts, mut response: Response, address: &str) -> Result<Response, Problem> {
    let after = resume::resume(parts)?;
    if response.status() != StatusCode::OK {
        return Ok(response);
    }
    let exit = parts.extensions.get::<Exit>().cloned();
    let exit = exit.ok_or_else(|| Problem::new(Kind::Internal, "there is no socket for a stream here"))?;
    let place = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| {
        metrics::counter!("sportello_live_refused_total").increment(1);
        Problem::new(Kind::Unavailable, "all places for streams are taken; try again later")
    })?;
    let mut pump = Some(Pump::new(app, app.engine.live().listen(address, after), parts.version, place));
    // The first piece of a body is asked for when the head is on its way, and what comes after it is the pump's.
    *response.body_mut() = Body::from_stream(futures::stream::poll_fn(move |_| {
        pump.take().into_iter().for_each(|pump| exit.leave_with(pump));
        Poll::<Option<Result<Bytes, Infallible>>>::Pending
    }));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    // Proxies collect answers otherwise.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
