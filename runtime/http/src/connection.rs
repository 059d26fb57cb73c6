//! One caller's connection, from the first request to the last answer, or to the stream that takes it over.

use std::future::{Future as _, poll_fn};
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use crate::live::{Exit, Pump, Socket};

/// How long a caller may take for the head of a request, and how long a connection may lie idle.
const HEAD: Duration = Duration::from_secs(60);

/// Answers what comes over a connection. Returns a stream that wants the connection for itself, with what it wants; none
/// where there is nothing more to come, or where the server closes and what was under way is answered.
pub(crate) async fn answer<T>(io: T, router: Router, closing: &CancellationToken) -> Option<(Pump, T)>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let exit = Exit::default();
    let socket = TokioIo::new(Socket::new(io, exit.clone()));
    let router = TowerToHyperService::new(router);
    let marking = exit.clone();
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(marking.clone());
        router.call(request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
    let mut connection = builder.serve_connection(socket, service);
    let mut is_told = false;
    let left = loop {
        tokio::select! {
            biased;
            left = poll_fn(|context| match Pin::new(&mut connection).poll(context) {
                Poll::Ready(ended) => Poll::Ready(ended.map(|()| None)),
                Poll::Pending => exit.ready().map_or(Poll::Pending, |pump| Poll::Ready(Ok(Some(pump)))),
            }) => break left,
            () = closing.cancelled(), if !is_told => {
                Pin::new(&mut connection).graceful_shutdown();
                is_told = true;
            }
        }
    };
    let pump = left.inspect_err(|error| tracing::debug!(%error, "a connection broke")).ok().flatten()?;
    Some((pump, connection.into_parts().io.into_inner().into_inner()))
}
