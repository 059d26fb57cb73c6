//! Connections of a platform: plain HTTP/1.1 with the means to break it off at a chosen place.

use std::io;
use std::net::TcpStream as StdStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Request, Response};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::faults::{Outcome, carry_out};
use super::{Answer, Faults, Log, Platform, Recorded};
use crate::now;

type Body = BoxBody<Bytes, io::Error>;

/// What answers requests.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) platform: Arc<dyn Platform>,
    pub(super) log: Arc<Log>,
    pub(super) faults: Arc<Faults>,
}

/// Serves until it is dropped; so do its connections.
pub(super) async fn accept(listener: TcpListener, desk: Desk) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, desk.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

/// An error here is a connection that ended, which is the other side's affair or was wanted.
async fn serve(stream: TcpStream, desk: Desk) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let stream = stream.into_std()?;
    let handle = Arc::new(stream.try_clone()?);
    let stream = TcpStream::from_std(stream)?;
    let service = service_fn(move |request| answer(request, desk.clone(), Arc::clone(&handle)));
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await?;
    Ok(())
}

/// An error makes hyper drop the connection without an answer.
async fn answer(request: Request<Incoming>, desk: Desk, connection: Arc<StdStream>) -> anyhow::Result<Response<Body>> {
    let request = desk.log.record(read(request).await?);
    let fault = desk.faults.for_request(&request);
    let act = || desk.platform.act(&request);
    match carry_out(fault, &desk.log, &request, act).await {
        Outcome::Whole(answer) => {
            desk.log.note(request.number, |entry| entry.answered = Some(answer.status));
            whole(answer)
        }
        Outcome::Half(answer) => {
            desk.log.note(request.number, |entry| (entry.answered, entry.cut) = (Some(answer.status), true));
            half(answer)
        }
        Outcome::Reset => {
            desk.log.note(request.number, |entry| entry.cut = true);
            // Without lingering, closing sends a reset instead of an orderly end.
            socket2::SockRef::from(&*connection).set_linger(Some(Duration::ZERO))?;
            anyhow::bail!("cut on command")
        }
    }
}

async fn read(request: Request<Incoming>) -> anyhow::Result<Recorded> {
    let (parts, body) = request.into_parts();
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Recorded {
        number: 0,
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map_or_else(|| parts.uri.path().to_owned(), ToString::to_string),
        headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
        body: body.collect().await?.to_bytes().to_vec(),
        at: now(),
        acted: false,
        answered: None,
        cut: false,
    })
}

fn whole(mut answer: Answer) -> anyhow::Result<Response<Body>> {
    let body = Bytes::from(std::mem::take(&mut answer.body));
    respond(answer, Full::new(body).map_err(|never| match never {}).boxed())
}

/// Announces the whole body and sends half of it.
fn half(answer: Answer) -> anyhow::Result<Response<Body>> {
    let part = Bytes::copy_from_slice(&answer.body[..answer.body.len() / 2]);
    let sent = stream::once(async move { Ok(Frame::data(part)) });
    let broken = stream::once(async {
        // Lets hyper write what it has before it learns that there is no more.
        tokio::task::yield_now().await;
        Err(io::Error::new(io::ErrorKind::ConnectionReset, "cut on command"))
    });
    let length = answer.body.len().to_string();
    respond(answer.with("content-length", &length), BodyExt::boxed(StreamBody::new(sent.chain(broken))))
}

fn respond(answer: Answer, body: Body) -> anyhow::Result<Response<Body>> {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    Ok(response.body(body)?)
}
