//! A server that answers as it is told, and a carrier that may reach it.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
};

use async_trait::async_trait;
use sportello_carriers::{HttpCarrier, Limits, Resolve, Setup};
use sportello_domain::{
    Instant,
    contract::{HttpRequest, HttpResponse, RequestError},
    revision::{Grants, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::{Carrier, Clock, Errand, Trust};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a server does with a request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Writes this and keeps the connection.
    Keep(Vec<u8>),
    /// Writes this and closes.
    Close(Vec<u8>),
    /// Answers nothing, and holds the connection open.
    Silence,
    /// Writes the head and all that was received as the body.
    Echo,
}

impl Reply {
    pub(crate) fn ok(body: &str) -> Self {
        Self::Keep(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes())
    }
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) received: Arc<Mutex<Vec<String>>>,
    pub(crate) connections: Arc<AtomicUsize>,
}

impl Server {
    /// Answers the first request with the first reply and so on, the last one for ever.
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), received: Arc::default(), connections: Arc::default() };
        let (received, connections) = (Arc::clone(&server.received), Arc::clone(&server.connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, SeqCst);
                tokio::spawn(serve(stream, replies.clone(), Arc::clone(&received)));
            }
        });
        server
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, replies: Vec<Reply>, received: Arc<Mutex<Vec<String>>>) {
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut received = received.lock().unwrap();
            received.push(request.clone());
            received.len() - 1
        };
        match &replies[number.min(replies.len() - 1)] {
            Reply::Keep(bytes) => stream.write_all(bytes).await.unwrap(),
            Reply::Close(bytes) => {
                let _ = stream.write_all(bytes).await;
                return;
            }
            Reply::Silence => std::future::pending().await,
            Reply::Echo => {
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", request.len());
                stream.write_all(format!("{head}{request}").as_bytes()).await.unwrap();
            }
        }
    }
}

/// Head and body of one request.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Some(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
        }
    }
}

/// A clock that is set by hand.
#[derive(Default)]
pub(crate) struct HandClock(pub(crate) AtomicU64);

impl Clock for HandClock {
    fn now(&self) -> Instant {
        self.0.load(SeqCst)
    }
    fn boot(&self) -> Instant {
        self.0.load(SeqCst)
    }
}

/// Every name leads to this machine.
pub(crate) struct Inside;

#[async_trait]
impl Resolve for Inside {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(vec![IpAddr::from([127, 0, 0, 1])])
    }
}

pub(crate) fn revision() -> RevisionId {
    RevisionId("demo@000000000000".to_owned())
}

pub(crate) fn setup() -> Setup {
    Setup { resolver: Arc::new(Inside), ..Setup::new(Arc::new(HandClock::default())) }
}

pub(crate) fn limited(limits: Limits) -> Setup {
    Setup { limits, ..setup() }
}

pub(crate) fn carrier_of(setup: Setup, hosts: &[String], secrets: &[(&str, &str)]) -> HttpCarrier {
    let carrier = HttpCarrier::new(setup).unwrap();
    let secrets: Secrets =
        secrets.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    carrier.admit(&revision(), &Grants { hosts: hosts.to_vec(), ..Grants::default() }, secrets).unwrap();
    carrier
}

/// A carrier that may reach this server alone.
pub(crate) fn carrier(server: &Server, secrets: &[(&str, &str)]) -> HttpCarrier {
    carrier_of(setup(), &[format!("http://{}", server.address)], secrets)
}

pub(crate) fn get(url: String) -> HttpRequest {
    HttpRequest {
        method: "GET".to_owned(),
        url,
        headers: vec![],
        body: vec![],
        repeatable: true,
        after: None,
        timeout: None,
        max_age: None,
    }
}

pub(crate) async fn perform(carrier: &HttpCarrier, request: &HttpRequest) -> Result<HttpResponse, RequestError> {
    perform_as(carrier, request, Trust::Ours, None).await
}

pub(crate) async fn perform_as(
    carrier: &HttpCarrier,
    request: &HttpRequest,
    trust: Trust,
    not_after: Option<Instant>,
) -> Result<HttpResponse, RequestError> {
    carrier.perform(Errand { revision: &revision(), request, trust, not_after }).await
}
