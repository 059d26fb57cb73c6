//! The API of the running server, over its socket.

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sportello_domain::conversation::Contact;
use sportello_domain::ids::{ContactId, ConversationId, QuarantineId, TokenId};
use sportello_engine::ports::store::{DeliveredLine, Held, Overview, TokenRecord, TurnRecord};
use sportello_http::{NewToken, Scope};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::UnixStream;

use super::{Erased, PAGE, QuarantineItem, Rerun, remote};
use crate::config::StoreSection;
use crate::transcript::Transcript;

/// A connection to the running server, or to one elsewhere.
pub(crate) struct Api {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    /// Where the listener is not the operator's alone.
    token: Option<String>,
}

#[derive(Deserialize)]
struct TokenList {
    tokens: Vec<TokenRecord>,
}

#[derive(Deserialize)]
struct Messages {
    messages: Vec<DeliveredLine>,
}

#[derive(Deserialize)]
struct Turns {
    turns: Vec<TurnRecord>,
}

#[derive(Deserialize)]
struct Quarantine {
    items: Vec<QuarantineItem>,
}

#[derive(Deserialize)]
struct Released {
    conversations: usize,
}

#[derive(Deserialize)]
struct Discarded {
    discarded: u64,
}

fn only(conversation: Option<ConversationId>) -> String {
    conversation.map(|id| format!("?conversation={id}")).unwrap_or_default()
}

impl Api {
    /// The server of a store, on this machine.
    ///
    /// # Errors
    /// It does not run.
    pub(crate) async fn here(store: &StoreSection) -> anyhow::Result<Self> {
        let socket = store.socket();
        let stream = UnixStream::connect(socket).await;
        let stream = stream.with_context(|| format!("no server listens at {}: start it first", socket.display()))?;
        Self::over(stream).await
    }

    /// A server elsewhere.
    ///
    /// # Errors
    /// It cannot be reached.
    pub(crate) async fn elsewhere(url: &str, token: String) -> anyhow::Result<Self> {
        let (host, stream) = remote::connect(url).await?;
        Self::new(stream, host, Some(token)).await
    }

    pub(super) async fn over(stream: UnixStream) -> anyhow::Result<Self> {
        Self::new(stream, "localhost".to_owned(), None).await
    }

    async fn new<S>(stream: S, host: String, token: Option<String>) -> anyhow::Result<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            // A broken connection shows in the answer that does not come.
            let _ = connection.await;
        });
        Ok(Self { sender, host, token })
    }

    pub(super) async fn create_token(&mut self, name: &str, scopes: &[Scope]) -> anyhow::Result<NewToken> {
        let wish = json!({"name": name, "scopes": scopes});
        self.ask(Method::POST, "/api/v1/tokens", Some(&wish)).await
    }

    pub(super) async fn tokens(&mut self) -> anyhow::Result<Vec<TokenRecord>> {
        Ok(self.ask::<TokenList>(Method::GET, "/api/v1/tokens", None).await?.tokens)
    }

    pub(super) async fn revoke_token(&mut self, id: TokenId) -> anyhow::Result<()> {
        self.ask(Method::DELETE, &format!("/api/v1/tokens/{id}"), None).await
    }

    pub(super) async fn transcript(&mut self, id: ConversationId) -> anyhow::Result<Transcript> {
        let path = format!("/api/v1/conversations/{id}");
        let overview: Overview = self.ask(Method::GET, &path, None).await?;
        let messages: Messages = self.ask(Method::GET, &format!("{path}/messages"), None).await?;
        let turns: Turns = self.ask(Method::GET, &format!("{path}/turns"), None).await?;
        Ok(Transcript { overview, lines: messages.messages, turns: turns.turns })
    }

    pub(super) async fn contact(&mut self, channel: &str, name: &str) -> anyhow::Result<Contact> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("channel", channel)
            .append_pair("id", name)
            .finish();
        self.ask(Method::GET, &format!("/api/v1/contacts?{query}"), None).await
    }

    pub(super) async fn erase(&mut self, id: ContactId) -> anyhow::Result<Erased> {
        self.ask(Method::DELETE, &format!("/api/v1/contacts/{id}"), None).await
    }

    pub(super) async fn quarantine(&mut self) -> anyhow::Result<Vec<QuarantineItem>> {
        Ok(self.ask::<Quarantine>(Method::GET, &format!("/api/v1/quarantine?limit={PAGE}"), None).await?.items)
    }

    pub(super) async fn rerun(&mut self, id: QuarantineId) -> anyhow::Result<Rerun> {
        self.ask(Method::POST, &format!("/api/v1/quarantine/{id}/run"), None).await
    }

    pub(super) async fn held(&mut self) -> anyhow::Result<Held> {
        self.ask(Method::GET, &format!("/api/v1/held?limit={PAGE}"), None).await
    }

    pub(super) async fn let_go(&mut self, conversation: Option<ConversationId>) -> anyhow::Result<usize> {
        let path = format!("/api/v1/held/release{}", only(conversation));
        Ok(self.ask::<Released>(Method::POST, &path, None).await?.conversations)
    }

    pub(super) async fn discard_held(&mut self, conversation: Option<ConversationId>) -> anyhow::Result<u64> {
        let path = format!("/api/v1/held{}", only(conversation));
        Ok(self.ask::<Discarded>(Method::DELETE, &path, None).await?.discarded)
    }

    /// Asks with JSON.
    ///
    /// # Errors
    /// What is wrong, in the server's words.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        self.send(method, path, body.map(Value::to_string).unwrap_or_default().into_bytes()).await
    }

    /// Asks with any bytes.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub(crate) async fn send<T: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> anyhow::Result<T> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .header("content-type", "application/json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Full::from(body))?;
        self.sender.ready().await.context("the server has closed the connection")?;
        let (head, body) = self.sender.send_request(request).await.context("asking the running server")?.into_parts();
        let body = body.collect().await.context("reading the running server's answer")?.to_bytes();
        if !head.status.is_success() {
            let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
            let detail = problem["detail"].as_str().or(problem["title"].as_str());
            anyhow::bail!("{}", detail.map_or_else(|| format!("the server answered {}", head.status), str::to_owned));
        }
        let body = if body.is_empty() { b"null" } else { &body[..] };
        serde_json::from_slice(body)
            .context("the running server answers otherwise than this program expects: are they of one version?")
    }
}
