//! Live streams: the still open answer of a webhook, as server-sent events (WHATWG HTML, section 9.2).

mod encode;
mod pump;
mod resume;

use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use tokio::sync::mpsc;

use crate::app::App;
use crate::problem::{Kind, Problem};
use pump::Pump;

pub(crate) use resume::resume;

/// Turns a plugin's answer into the stream of an address, from after this event on; 0: from the beginning.
pub(crate) fn open(app: &App, mut response: Response, address: &str, after: u64) -> Result<Response, Problem> {
    if response.status() != StatusCode::OK {
        return Ok(response);
    }
    let place = Arc::clone(&app.streams).try_acquire_owned().map_err(|_| {
        metrics::counter!("sportello_live_refused_total").increment(1);
        Problem::new(Kind::Unavailable, "all places for streams are taken; try again later")
    })?;
    // One piece waits at most: a slow reader makes the pump wait, not the memory grow.
    let (pieces, mut reader) = mpsc::channel(1);
    let pump = Pump::new(app, app.engine.live().listen(address, after), pieces, place);
    tokio::spawn(pump.run());
    *response.body_mut() = Body::from_stream(futures::stream::poll_fn(move |context| reader.poll_recv(context)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies collect answers otherwise.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
