//! One request on the wire: a connection is found or opened, the request written, the answer read, all by one deadline.

use std::{sync::Arc, time::Duration};

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use sportello_domain::{
    Instant,
    contract::{HttpResponse, RequestError},
};
use sportello_engine::ports::Clock;
use tokio::time::timeout_at;

use crate::{
    connect::Connector,
    connection::{Connection, Left},
    limits::Limits,
    prepare::Prepared,
    resolve::Resolve,
    room::Room,
};

/// What all requests share.
pub(crate) struct Tools {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) connector: Connector,
    pub(crate) limits: Limits,
}

/// How one request is to be performed.
pub(crate) struct Terms {
    pub(crate) deadline: tokio::time::Instant,
    /// By [`Clock::boot`].
    pub(crate) not_after: Option<Instant>,
    pub(crate) repeatable: bool,
}

/// Performs a request that is granted.
pub(crate) async fn perform(
    tools: &Tools,
    room: &Room,
    prepared: Prepared,
    terms: &Terms,
) -> Result<HttpResponse, RequestError> {
    let target = &prepared.target;
    let slot = timeout_at(terms.deadline, room.slots.acquire()).await;
    let Ok(Ok(_slot)) = slot else {
        return Err(unreachable("all connections of this plugin are busy"));
    };
    let mut reuse = true;
    loop {
        let idle = if reuse { room.pool.take(target, terms.repeatable) } else { None };
        let reused = idle.is_some();
        let mut connection = match idle {
            Some(connection) => connection,
            None => timeout_at(terms.deadline, open(tools, room, &prepared))
                .await
                .map_err(|_| unreachable("no connection in time"))??,
        };
        let sent = timeout_at(terms.deadline, connection.send(prepared.request.clone(), terms.not_after)).await;
        let reason = match sent {
            Ok(Ok(response)) => {
                let response = timeout_at(terms.deadline, read(response, tools.limits.response_body))
                    .await
                    .map_err(|_| RequestError::Unknown("the answer was not complete in time".to_owned()))??;
                room.pool.put(prepared.target, connection);
                return Ok(response);
            }
            Ok(Err(error)) if error.is_parse_too_large() => return Err(RequestError::TooLarge),
            Ok(Err(error)) => Some(explain(&error)),
            Err(_) => None,
        };
        let left = connection.end().await;
        match (left, reason) {
            (Left::NothingInTime, _) => return Err(unreachable("its time was over before the first byte")),
            // The server had closed it while it idled.
            (Left::Nothing, Some(_)) if reused => {}
            (Left::Something, Some(_)) if reused && terms.repeatable => reuse = false,
            (Left::Nothing, reason) => {
                return Err(RequestError::Unreachable(
                    reason.unwrap_or_else(|| "nothing was written in time".to_owned()),
                ));
            }
            (Left::Something, reason) => {
                return Err(RequestError::Unknown(reason.unwrap_or_else(|| "no answer in time".to_owned())));
            }
        }
    }
}

async fn open(tools: &Tools, room: &Room, prepared: &Prepared) -> Result<Connection, RequestError> {
    let addresses = room.gate.addresses(&prepared.target, &*tools.resolver).await?;
    let stream = tools.connector.connect(&prepared.target, &addresses).await?;
    let connection = Connection::open(stream, Arc::clone(&tools.clock), &tools.limits).await;
    connection.map_err(|error| RequestError::Unreachable(explain(&error)))
}

async fn read(response: http::Response<Incoming>, limit: usize) -> Result<HttpResponse, RequestError> {
    let (head, mut incoming) = response.into_parts();
    if incoming.size_hint().lower() > limit as u64 {
        return Err(RequestError::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| RequestError::Unknown(format!("broken off: {}", explain(&error))))?;
        let Ok(data) = frame.into_data() else { continue };
        if body.len() + data.len() > limit {
            return Err(RequestError::TooLarge);
        }
        body.extend_from_slice(&data);
    }
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    Ok(HttpResponse { status: head.status.as_u16(), headers, body: body.into() })
}

/// An error with its causes.
fn explain(error: &hyper::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn unreachable(reason: &str) -> RequestError {
    RequestError::Unreachable(reason.to_owned())
}

/// The time that a request has: its own wish, within the host's limit.
pub(crate) fn time_allowed(wish: Option<u32>, limits: &Limits) -> Duration {
    wish.map_or(limits.timeout, |wish| Duration::from_millis(wish.into()).min(limits.timeout))
}
