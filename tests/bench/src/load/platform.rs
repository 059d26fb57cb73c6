//! The messenger platform: takes every message, and tells the customer who waits for it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

#[derive(Default)]
struct Desk {
    customers: Mutex<HashMap<String, UnboundedSender<String>>>,
    taken: AtomicU64,
    strays: AtomicU64,
}

/// A platform on the loopback interface.
pub(crate) struct Platform {
    desk: Arc<Desk>,
    address: std::net::SocketAddr,
}

#[derive(Deserialize)]
struct Outgoing {
    to: String,
    text: Option<Text>,
    interactive: Option<Interactive>,
}

#[derive(Deserialize)]
struct Interactive {
    body: Option<InteractiveText>,
}

#[derive(Deserialize)]
struct InteractiveText {
    text: String,
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

impl Platform {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk::default());
        let serving = Arc::clone(&desk);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = Arc::clone(&serving);
                tokio::spawn(async move {
                    let _ = stream.set_nodelay(true);
                    let service = service_fn(move |request| take(Arc::clone(&desk), request));
                    // A connection that breaks belongs to a program that ended.
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Ok(Self { desk, address })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What this customer gets from now on.
    pub(crate) fn listen(&self, number: &str) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        self.desk.customers.lock().unwrap_or_else(PoisonError::into_inner).insert(number.to_owned(), sender);
        receiver
    }

    /// Messages to nobody who wrote, or who waits no longer.
    pub(crate) fn strays(&self) -> u64 {
        self.desk.strays.load(Ordering::Relaxed)
    }
}

async fn take(desk: Arc<Desk>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = |status: u16, body: String| {
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(response)
    };
    let Ok(body) = request.into_body().collect().await else { return answer(400, String::new()) };
    let Ok(outgoing) = serde_json::from_slice::<Outgoing>(&body.to_bytes()) else { return answer(400, String::new()) };
    let number = desk.taken.fetch_add(1, Ordering::Relaxed);
    let prompt = outgoing.interactive.and_then(|interactive| interactive.body).map(|body| body.text);
    let text = outgoing.text.map(|text| text.body).or(prompt).unwrap_or_default();
    let sender = desk.customers.lock().unwrap_or_else(PoisonError::into_inner).get(&outgoing.to).cloned();
    if sender.is_none_or(|sender| sender.send(text).is_err()) {
        desk.strays.fetch_add(1, Ordering::Relaxed);
    }
    answer(200, format!(r#"{{"messaging_product":"whatsapp","contacts":[],"messages":[{{"id":"wamid.{number}"}}]}}"#))
}
