//! Listens to a stream of server-sent events, as the chat window of a web page does.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::Context as _;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use crate::Client;

/// One event of the stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerSentEvent {
    /// What to send back as `Last-Event-ID`.
    pub id: Option<String>,
    /// `message` where the stream names none.
    pub event: String,
    /// Its lines, joined.
    pub data: String,
}

/// An open stream.
pub struct EventStream {
    body: Incoming,
    parser: Parser,
    ready: VecDeque<ServerSentEvent>,
}

impl EventStream {
    /// Opens it, from the event after `last_event_id` where one is given.
    ///
    /// # Errors
    /// The server cannot be reached, or answers with something other than a stream.
    pub async fn open(url: &str, last_event_id: Option<&str>) -> anyhow::Result<Self> {
        Self::open_by(&Client::default(), url, last_event_id).await
    }

    /// [`EventStream::open`] through a client of the caller's.
    ///
    /// # Errors
    /// As there.
    pub async fn open_by(client: &Client, url: &str, last_event_id: Option<&str>) -> anyhow::Result<Self> {
        let mut headers = vec![("accept", "text/event-stream")];
        headers.extend(last_event_id.map(|id| ("last-event-id", id)));
        let response = client.open("GET", url, &headers, Vec::new()).await?;
        let status = response.status();
        let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        anyhow::ensure!(
            status.is_success() && kind.starts_with("text/event-stream"),
            "{url} answers {status} with `{kind}`"
        );
        Ok(Self { body: response.into_body(), parser: Parser::default(), ready: VecDeque::new() })
    }

    /// The next event; comments, such as heartbeats, are passed over.
    ///
    /// # Errors
    /// None came within `limit`, or the stream ended.
    pub async fn next(&mut self, limit: Duration) -> anyhow::Result<ServerSentEvent> {
        let event = tokio::time::timeout(limit, async {
            loop {
                if let Some(event) = self.ready.pop_front() {
                    return Ok(event);
                }
                let frame = self.body.frame().await.context("the stream ended")??;
                if let Ok(data) = frame.into_data() {
                    self.ready.extend(self.parser.feed(&data));
                }
            }
        });
        event.await.with_context(|| format!("no event within {limit:?}"))?
    }
}

#[derive(Default)]
struct Parser {
    /// What stands after the last end of a line.
    rest: Vec<u8>,
    event: ServerSentEvent,
}

impl Parser {
    fn feed(&mut self, bytes: &[u8]) -> Vec<ServerSentEvent> {
        self.rest.extend_from_slice(bytes);
        let mut events = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            events.extend(self.line(line.trim_end_matches(['\r', '\n'])));
        }
        events
    }

    fn line(&mut self, line: &str) -> Option<ServerSentEvent> {
        if line.is_empty() {
            let mut event = std::mem::take(&mut self.event);
            // Every data line adds an end of line, the last of which does not count.
            event.data.pop()?;
            if event.event.is_empty() {
                "message".clone_into(&mut event.event);
            }
            return Some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.event.id = Some(value.to_owned()),
            "event" => value.clone_into(&mut self.event.event),
            "data" => {
                self.event.data.push_str(value);
                self.event.data.push('\n');
            }
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Parser, ServerSentEvent};

    #[test]
    fn events_are_put_together_from_any_pieces() {
        let stream = ": hello\n\nid: 7\nevent: note\ndata: {\"a\":\ndata: 1}\n\ndata: plain\r\n\r\n";
        let expected = [
            ServerSentEvent { id: Some("7".to_owned()), event: "note".to_owned(), data: "{\"a\":\n1}".to_owned() },
            ServerSentEvent { id: None, event: "message".to_owned(), data: "plain".to_owned() },
        ];
        for size in 1..stream.len() {
            let mut parser = Parser::default();
            let events: Vec<_> = stream.as_bytes().chunks(size).flat_map(|piece| parser.feed(piece)).collect();
            assert_eq!(events, expected, "in pieces of {size}");
        }
    }
}
