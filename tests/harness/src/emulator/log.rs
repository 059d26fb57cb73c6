//! Everything that a platform was asked, in the order of arrival.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

/// One request as it arrived, and what came of it.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// Its place in the log, counted from 0.
    pub number: usize,
    /// Milliseconds since the Unix epoch at which it had arrived in full.
    pub at: u64,
    /// Upper case.
    pub method: String,
    /// With its query, as it stood in the request line.
    pub path: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The raw bytes.
    pub body: Vec<u8>,
    /// Whether the platform did what it was asked.
    pub acted: bool,
    /// The status that was answered; none as long as there is none, or where the connection was cut before it.
    pub answered: Option<u16>,
    /// Whether the answer was cut on command: whoever asked cannot know what came of it.
    pub cut: bool,
}

impl Recorded {
    /// The first header of this name (in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The path without its query.
    pub fn route(&self) -> &str {
        self.path.split('?').next().unwrap_or(&self.path)
    }
}

/// The log of one platform.
#[derive(Debug)]
pub struct Log {
    entries: Mutex<Vec<Recorded>>,
    changes: watch::Sender<()>,
}

impl Default for Log {
    fn default() -> Self {
        Self { entries: Mutex::default(), changes: watch::Sender::new(()) }
    }
}

impl Log {
    /// All requests so far.
    pub fn all(&self) -> Vec<Recorded> {
        self.entries().clone()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether nothing was asked yet.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Waits until the log is as wanted, and returns it.
    ///
    /// # Errors
    /// It was not within `limit`: the error shows what there is.
    pub async fn wait_until(
        &self,
        limit: Duration,
        wanted: impl Fn(&[Recorded]) -> bool,
    ) -> anyhow::Result<Vec<Recorded>> {
        let mut changes = self.changes.subscribe();
        let reached = tokio::time::timeout(limit, async {
            while !wanted(&self.entries()) {
                // The sender lives as long as the log.
                let _ = changes.changed().await;
            }
        });
        match reached.await {
            Ok(()) => Ok(self.all()),
            Err(_) => {
                anyhow::bail!("what was awaited did not come within {limit:?}; the platform got:\n{}", self.digest())
            }
        }
    }

    /// Waits for at least `count` requests on which the platform acted and whose path or body contains `fragment`.
    ///
    /// # Errors
    /// There were not enough within `limit`.
    pub async fn wait_for(&self, limit: Duration, count: usize, fragment: &str) -> anyhow::Result<Vec<Recorded>> {
        let wanted = |request: &Recorded| request.acted && mentions(request, fragment);
        let all = self.wait_until(limit, |all| all.iter().filter(|request| wanted(request)).count() >= count).await?;
        Ok(all.into_iter().filter(wanted).collect())
    }

    /// Waits for requests after the first `count` whose outcome is known, up to the first one whose outcome is not.
    pub async fn settled_after(&self, count: usize) -> Vec<Recorded> {
        let mut changes = self.changes.subscribe();
        loop {
            let settled: Vec<Recorded> =
                self.entries().iter().skip(count).take_while(|request| request.answered.is_some()).cloned().collect();
            if !settled.is_empty() {
                return settled;
            }
            // The sender lives as long as the log.
            let _ = changes.changed().await;
        }
    }

    /// A line for each request, for people.
    pub fn digest(&self) -> String {
        let line = |request: &Recorded| {
            let outcome = match (request.acted, request.answered) {
                (acted, Some(status)) => format!("{status}{}", if acted { "" } else { ", not done" }),
                (true, None) => "done, no answer".to_owned(),
                (false, None) => "not done, no answer".to_owned(),
            };
            let body: String = request.text().chars().take(400).collect();
            format!("  {} {} {} → {outcome}: {body}\n", request.number, request.method, request.path)
        };
        let entries = self.entries();
        if entries.is_empty() { "  nothing\n".to_owned() } else { entries.iter().map(line).collect() }
    }

    pub(super) fn record(&self, mut request: Recorded) -> Recorded {
        let recorded = {
            let mut entries = self.entries();
            request.number = entries.len();
            entries.push(request.clone());
            request
        };
        self.changes.send_replace(());
        recorded
    }

    pub(super) fn note(&self, number: usize, change: impl FnOnce(&mut Recorded)) {
        if let Some(entry) = self.entries().get_mut(number) {
            change(entry);
        }
        self.changes.send_replace(());
    }

    fn entries(&self) -> MutexGuard<'_, Vec<Recorded>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the path or the body contains `fragment`.
pub(super) fn mentions(request: &Recorded, fragment: &str) -> bool {
    request.path.contains(fragment) || request.text().contains(fragment)
}
