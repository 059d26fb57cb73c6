//! A visitor of a web page with the chat window, as far as the server can tell: what the window sends, and its stream.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_harness::{Client, EventStream, Reply, Server, ServerSentEvent};

use super::{Heard, now};

/// A visitor with a session. Several tabs are several streams of the same visitor.
pub struct Visitor {
    token: String,
    client: Client,
    sent: usize,
    stream: Option<EventStream>,
    last_event: Option<String>,
}

impl Visitor {
    /// Begins a session.
    pub async fn arrive(server: &Server) -> anyhow::Result<Self> {
        let client = Client::default();
        let url = format!("{}/session", server.hook("web-chat"));
        let session = client.send("POST", &url, &[("content-type", "application/json")], b"{}".to_vec()).await?;
        let session = session.success()?.json()?;
        let token = session["token"].as_str().context("a session has a token")?.to_owned();
        Ok(Self { token, client, sent: 0, stream: None, last_event: None })
    }

    /// What the server knows the visitor by: the first part of the token.
    #[must_use]
    pub fn address(&self) -> &str {
        self.token.split('.').next().unwrap_or_default()
    }

    /// The token, for what only a test would do with it.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends what the window sends: `content` is `{"text": …}` or `{"selection": …}`.
    pub async fn send(&mut self, server: &Server, content: &Value) -> anyhow::Result<Reply> {
        self.sent += 1;
        let mut message = json!({ "id": format!("m{}", self.sent), "at": now(), "language": "en" });
        if let (Some(message), Some(content)) = (message.as_object_mut(), content.as_object()) {
            message.extend(content.clone());
        }
        self.post(server, &message).await
    }

    /// Sends a whole message, as often as a window that got no answer would.
    pub async fn post(&self, server: &Server, message: &Value) -> anyhow::Result<Reply> {
        let authorization = format!("Bearer {}", self.token);
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let url = format!("{}/messages", server.hook("web-chat"));
        self.client.send("POST", &url, &headers, message.to_string().into_bytes()).await
    }

    /// Opens another stream, as another tab does: from the event after `last_event` where one is given.
    pub async fn tab(&self, server: &Server, last_event: Option<&str>) -> anyhow::Result<EventStream> {
        let url = format!("{}/stream?token={}", server.hook("web-chat"), self.token);
        EventStream::open(&url, last_event).await
    }

    /// The next event of the first tab, whose stream is resumed where it broke off.
    pub async fn event(&mut self, server: &Server, limit: Duration) -> anyhow::Result<ServerSentEvent> {
        if self.stream.is_none() {
            self.stream = Some(self.tab(server, self.last_event.as_deref()).await?);
        }
        let stream = self.stream.as_mut().context("just opened")?;
        let event = stream.next(limit).await;
        match &event {
            Ok(event) => self.last_event.clone_from(&event.id),
            Err(_) => self.stream = None,
        }
        event
    }

    /// The next message that is not the visitor's own.
    pub(super) async fn hears(&mut self, server: &Server, limit: Duration) -> anyhow::Result<Heard> {
        loop {
            let event = self.event(server, limit).await?;
            let data: Value = serde_json::from_str(&event.data)?;
            if event.event == "message" && data["author"] != "customer" {
                return Ok(Heard::from_web(&data));
            }
        }
    }
}
