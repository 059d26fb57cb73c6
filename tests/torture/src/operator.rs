//! Whoever changes plugins in production, by the API.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use sportello_harness::{Api, Server, component};

/// How often it is looked whether something has come about.
const GLANCE: Duration = Duration::from_millis(50);
/// How long the checks of a revision may take, learning included.
const CHECKS: Duration = Duration::from_secs(120);

/// An operator at a server.
#[derive(Debug)]
pub struct Operator {
    api: Api,
}

impl Operator {
    /// With a token of their own.
    pub async fn of(server: &Server) -> anyhow::Result<Self> {
        Ok(Self { api: server.api(&["plugins:read", "plugins:write"]).await? })
    }

    /// The plugin with a case that does not hold.
    pub fn failing_its_cases(&self, plugin: &str) -> anyhow::Result<Vec<u8>> {
        let case = json!({"function": "describe", "arguments": {}, "expect": {"name": "somebody else"}});
        let cases = BTreeMap::from([("wrong".to_owned(), case)]);
        Ok(sportello_cases::write(&component(plugin)?, &cases)?)
    }

    /// Enters a revision, and says its id.
    pub async fn push(&self, name: &str, component: &[u8], settings: Option<Value>) -> anyhow::Result<String> {
        let mut wish = json!({"component": self.api.upload(component.to_vec()).await?});
        if let Some(settings) = settings {
            wish["settings"] = settings;
        }
        let entered = self.api.post(&format!("/api/v1/plugins/{name}/revisions"), &wish).await?;
        Ok(entered["id"].as_str().context("a revision has an id")?.to_owned())
    }

    /// Waits until somebody may decide about a revision.
    pub async fn proved(&self, revision: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let seen = self.state(revision).await?;
            match seen["state"].as_str().unwrap_or_default() {
                _ if seen["waits-for"] == "decision" => return Ok(()),
                "rejected" => bail!("{revision} was rejected: {}", seen["reason"]),
                state => ensure!(begun.elapsed() < CHECKS, "{revision} is {state} after {} s", CHECKS.as_secs()),
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Has it serve everybody.
    pub async fn promote(&self, revision: &str) -> anyhow::Result<()> {
        self.api.post(&format!("/api/v1/revisions/{revision}/promote"), &json!({})).await.map(drop)
    }

    /// Has it serve a share of the conversations.
    pub async fn canary(&self, revision: &str, percent: u8) -> anyhow::Result<()> {
        self.api.post(&format!("/api/v1/revisions/{revision}/canary"), &json!({"percent": percent})).await.map(drop)
    }

    /// Has serve what served before.
    pub async fn roll_back(&self, name: &str) -> anyhow::Result<()> {
        self.api.post(&format!("/api/v1/plugins/{name}/rollback"), &json!({})).await.map(drop)
    }

    /// Waits until a revision is over, in this way and with a reason.
    pub async fn ends_as(&self, revision: &str, wanted: &str, patience: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let seen = self.state(revision).await?;
            if seen["state"] == wanted {
                ensure!(seen["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{revision} has no reason");
                return Ok(());
            }
            ensure!(begun.elapsed() < patience, "{revision} is {} and not {wanted}", seen["state"]);
            tokio::time::sleep(GLANCE).await;
        }
    }

    async fn state(&self, revision: &str) -> anyhow::Result<Value> {
        self.api.get(&format!("/api/v1/revisions/{revision}")).await
    }
}
