//! A plain HTTP client for tests, and one that speaks to the API with a token.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client as Pool;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Longer than anything that the program is allowed to take.
const LIMIT: Duration = Duration::from_secs(60);

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body)
            .with_context(|| format!("{} with a body that is no JSON: {}", self.status, self.text()))
    }

    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// This reply, if its status is one of success.
    pub fn success(self) -> anyhow::Result<Self> {
        anyhow::ensure!((200..300).contains(&self.status), "status {}: {}", self.status, self.text());
        Ok(self)
    }
}

/// An HTTP client that keeps its connections.
#[derive(Debug, Clone)]
pub struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
}

impl Default for Client {
    fn default() -> Self {
        Self { pool: Pool::builder(TokioExecutor::new()).build(HttpConnector::new()) }
    }
}

impl Client {
    /// A client whose connections come from this address of the machine.
    pub fn from_address(address: IpAddr) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(Some(address));
        Self { pool: Pool::builder(TokioExecutor::new()).build(connector) }
    }

    /// Sends a request and reads the answer to its end.
    pub async fn send(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Reply> {
        let exchange = async {
            let (parts, body) = self.open(method, url, headers, body).await?.into_parts();
            let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
            Ok(Reply {
                status: parts.status.as_u16(),
                headers: parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
                body: body.collect().await?.to_bytes().to_vec(),
            })
        };
        let result: anyhow::Result<Reply> = tokio::time::timeout(LIMIT, exchange).await?;
        result.with_context(|| format!("{method} {url}"))
    }

    /// A GET.
    pub async fn get(&self, url: &str) -> anyhow::Result<Reply> {
        self.send("GET", url, &[], Vec::new()).await
    }

    /// Sends a request and leaves the body of the answer to be read.
    pub(crate) async fn open(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Response<Incoming>> {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes())?).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(self.pool.request(request.body(Full::new(Bytes::from(body)))?).await?)
    }
}

/// The program's API, with a token.
#[derive(Debug, Clone)]
pub struct Api {
    client: Client,
    base: String,
    token: String,
}

impl Api {
    /// `base` is the server's address, such as `http://127.0.0.1:8080`.
    pub fn new(base: impl Into<String>, token: impl Into<String>) -> Self {
        Self { client: Client::default(), base: base.into(), token: token.into() }
    }

    /// GET of a path such as `/api/v1/queue`; anything but success is an error.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.call("GET", path, None).await?.success()?.json()
    }

    /// POST of JSON; anything but success is an error. Null where the answer has no body.
    pub async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        let reply = self.call("POST", path, Some(body)).await?.success()?;
        if reply.body.is_empty() { Ok(Value::Null) } else { reply.json() }
    }

    /// Uploads what revisions are made of, and says by which digest it is kept.
    pub async fn upload(&self, bytes: Vec<u8>) -> anyhow::Result<String> {
        let kept =
            self.send("POST", "/api/v1/artefacts", "application/octet-stream", bytes).await?.success()?.json()?;
        Ok(kept["digest"].as_str().context("what is kept has a digest")?.to_owned())
    }

    /// Any call, with whatever status comes back.
    pub async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> anyhow::Result<Reply> {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.send(method, path, "application/json", body).await
    }

    async fn send(&self, method: &str, path: &str, media_type: &str, body: Vec<u8>) -> anyhow::Result<Reply> {
        let authorization = format!("Bearer {}", self.token);
        let headers = [("authorization", authorization.as_str()), ("content-type", media_type)];
        self.client.send(method, &format!("{}{path}", self.base), &headers, body).await
    }
}
