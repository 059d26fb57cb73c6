//! A visitor of a web page with the chat window open: a session, a stream that is read all the time, and now and then a message.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::json;
use sportello_harness::{Client, EventStream, Question, now};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// Longer than any benchmark lasts.
const ALWAYS: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a visitor waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// Streams from one address: far fewer than there are ports.
const PER_ADDRESS: usize = 1_000;

/// What appeared on the screen, and when.
type Shown = (Instant, String);

/// A visitor with a session and an open stream.
pub(crate) struct Visitor {
    token: String,
    screen: UnboundedReceiver<Shown>,
    reader: JoinHandle<()>,
    asked: usize,
}

impl Visitor {
    /// Begins a session, without a stream.
    pub(crate) async fn session(client: &Client, hook: &str) -> anyhow::Result<String> {
        let headers = [("content-type", "application/json")];
        let reply = client.send("POST", &format!("{hook}/session"), &headers, b"{}".to_vec()).await?.success()?;
        Ok(reply.json()?["token"].as_str().context("a session has a token")?.to_owned())
    }

    /// Opens the stream of a session, from an address of its own for every so many visitors.
    pub(crate) async fn open(number: usize, token: String, hook: &str) -> anyhow::Result<Self> {
        let block = u16::try_from(number / PER_ADDRESS)?;
        let [high, low] = block.to_be_bytes();
        let client = Client::from_address(IpAddr::V4(Ipv4Addr::new(127, 1, high, low)));
        let stream = EventStream::open_by(&client, &format!("{hook}/stream?token={token}"), None).await?;
        let (shown, screen) = unbounded_channel();
        Ok(Self { token, screen, reader: tokio::spawn(read(stream, shown)), asked: 0 })
    }

    /// Writes a message and waits until the answer is on the screen; none: it never was, or was another one.
    pub(crate) async fn ask(
        &mut self,
        client: &Client,
        hook: &str,
        question: &Question,
    ) -> anyhow::Result<Option<Duration>> {
        let asked = Instant::now();
        self.write(client, hook, &question.text).await?;
        let shown = tokio::time::timeout(PATIENCE, self.screen.recv()).await.ok().flatten();
        Ok(shown.filter(|(_, data)| data.contains(&question.answer)).map(|(at, _)| at - asked))
    }

    /// Writes a message. The program has accepted it when this returns, and may not have answered yet.
    pub(crate) async fn write(&mut self, client: &Client, hook: &str, text: &str) -> anyhow::Result<()> {
        self.asked += 1;
        let message = json!({ "id": format!("m{}", self.asked), "at": now(), "language": "en", "text": text });
        let authorization = format!("Bearer {}", self.token);
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let body = message.to_string().into_bytes();
        client.send("POST", &format!("{hook}/messages"), &headers, body).await?.success()?;
        Ok(())
    }

    /// Whether the stream is still open.
    pub(super) fn is_there(&self) -> bool {
        !self.reader.is_finished()
    }
}

/// Shows what the bot says, until the stream ends.
async fn read(mut stream: EventStream, screen: UnboundedSender<Shown>) {
    while let Ok(event) = stream.next(ALWAYS).await {
        let is_answer = event.event == "message" && event.data.contains(r#""author":"bot""#);
        if is_answer && screen.send((Instant::now(), event.data)).is_err() {
            return;
        }
    }
}
