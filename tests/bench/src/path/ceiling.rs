//! A native program that does only what nobody can leave out: verify the signature, parse, make it durable before the 200, answer
//! once, make the receipt durable. No plugins, no lanes, no database: an append-only file, synced for whole groups.

use std::convert::Infallible;
use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::mpsc;

use bytes::Bytes;
use clap::Args;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use sha2::Sha256;
use sportello_harness::{Question, questions};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// What it needs to know.
#[derive(Args)]
pub(crate) struct Options {
    #[arg(long)]
    platform: String,
    #[arg(long)]
    secret: String,
}

struct Ceiling {
    platform: String,
    secret: Vec<u8>,
    log: mpsc::Sender<(Vec<u8>, oneshot::Sender<()>)>,
    client: Client<HttpConnector, Full<Bytes>>,
    questions: Vec<Question>,
}

/// Serves until it is ended; says on which address.
#[allow(clippy::print_stdout, reason = "its parent reads the address")]
pub(crate) async fn serve(options: Options) -> anyhow::Result<()> {
    let file = tempfile::NamedTempFile::new_in("target")?;
    let (log, entries) = mpsc::channel();
    let journal = file.reopen()?;
    std::thread::spawn(move || write_groups(journal, &entries));
    let ceiling = Arc::new(Ceiling {
        platform: options.platform,
        secret: options.secret.into_bytes(),
        log,
        client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()),
        questions: questions()?,
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let ceiling = Arc::clone(&ceiling);
        tokio::spawn(async move {
            let service = service_fn(move |request| Arc::clone(&ceiling).take(request));
            // A connection that breaks belongs to a load that ended.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Writes all that waits, syncs once, and tells everybody.
fn write_groups(mut file: File, entries: &mpsc::Receiver<(Vec<u8>, oneshot::Sender<()>)>) {
    while let Ok(first) = entries.recv() {
        let mut group = vec![first];
        group.extend(entries.try_iter());
        let bytes: Vec<u8> = group.iter().flat_map(|(entry, _)| entry.iter().copied()).collect();
        if file.write_all(&bytes).and_then(|()| file.sync_data()).is_err() {
            return;
        }
        for (_, done) in group {
            // Whoever does not wait any more has lost its connection.
            let _ = done.send(());
        }
    }
}

impl Ceiling {
    async fn take(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let status = self.receive(request).await.unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = Response::new(Full::default());
        *response.status_mut() = status;
        Ok(response)
    }

    async fn receive(self: &Arc<Self>, request: Request<Incoming>) -> anyhow::Result<StatusCode> {
        let signature = request.headers().get("x-hub-signature-256").map(|value| value.as_bytes().to_vec());
        let body = request.into_body().collect().await?.to_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret)?;
        mac.update(&body);
        let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        if signature.as_deref() != Some(format!("sha256={expected}").as_bytes()) {
            return Ok(StatusCode::UNAUTHORIZED);
        }
        let webhook: Value = serde_json::from_slice(&body)?;
        let message = &webhook["entry"][0]["changes"][0]["value"]["messages"][0];
        let to = message["from"].as_str().unwrap_or_default().to_owned();
        let text = message["text"]["body"].as_str().unwrap_or_default();
        let question = self.questions.iter().find(|question| question.text == text);
        let answer = question.map_or_else(String::new, |question| question.answer.clone());
        self.keep(body.to_vec()).await?;
        let ceiling = Arc::clone(self);
        tokio::spawn(async move { ceiling.answer(&to, &answer).await });
        Ok(StatusCode::OK)
    }

    async fn answer(&self, to: &str, text: &str) -> anyhow::Result<()> {
        let body = serde_json::json!({
            "messaging_product": "whatsapp", "to": to, "type": "text", "text": { "body": text },
        });
        let uri = format!("{}/v21.0/106540352242922/messages", self.platform);
        let request = Request::post(uri)
            .header("content-type", "application/json")
            .header("authorization", "Bearer token")
            .body(Full::new(Bytes::from(body.to_string())))?;
        let receipt = self.client.request(request).await?.into_body().collect().await?.to_bytes();
        self.keep(receipt.to_vec()).await
    }

    async fn keep(&self, mut entry: Vec<u8>) -> anyhow::Result<()> {
        entry.push(b'\n');
        let (done, durable) = oneshot::channel();
        self.log.send((entry, done))?;
        Ok(durable.await?)
    }
}
