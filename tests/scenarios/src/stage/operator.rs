//! What an operator does with plugins: by command, and by the API where somebody has to be quick.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_harness::Ran;

use super::{LIMIT, Stage};

/// A state of a revision lasts longer than some of these.
const GLANCE: Duration = Duration::from_millis(10);

impl Stage {
    /// Runs `sportello plugin …` on the server, whatever comes of it.
    pub async fn plugin(&self, arguments: &[&str]) -> anyhow::Result<Ran> {
        let config = self.server.setup().config_file();
        let config = config.to_str().context("a path that is text")?;
        self.server.setup().run(&[&["plugin"], arguments, &["--config", config]].concat()).await
    }

    /// As [`Stage::plugin`], of a command that succeeds, with its answer.
    pub async fn told(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let ran = self.plugin(&[arguments, &["--json"]].concat()).await?;
        anyhow::ensure!(ran.status.success(), "{arguments:?}: {ran:#?}");
        Ok(serde_json::from_str(&ran.output)?)
    }

    /// What the configuration says about a skill, changed, as a file for a push.
    pub fn settings(&self, skill: &str, change: impl FnOnce(&mut Value)) -> anyhow::Result<String> {
        let configured = &self.server.setup().config()["skills"][skill]["settings"];
        let mut settings = serde_json::to_value(configured)?;
        change(&mut settings);
        let file = self.server.setup().folder().join(format!("{skill}.json"));
        std::fs::write(&file, settings.to_string())?;
        Ok(file.to_string_lossy().into_owned())
    }

    /// Enters a component by the API, and says the id of the revision; what has to be checked is still to be.
    pub async fn pushes(&self, name: &str, component: Vec<u8>) -> anyhow::Result<String> {
        let api = self.api();
        let wish = json!({ "component": api.upload(component).await? });
        let entered = api.post(&format!("/api/v1/plugins/{name}/revisions"), &wish).await?;
        Ok(entered["id"].as_str().context("a revision has an id")?.to_owned())
    }

    /// Waits until the server has written this into its log.
    pub async fn waits_for_the_log(&self, words: &str) -> anyhow::Result<()> {
        let begin = Instant::now();
        while !self.server.logs().contains(words) {
            anyhow::ensure!(begin.elapsed() < LIMIT, "the log does not say \"{words}\"");
            tokio::time::sleep(GLANCE).await;
        }
        Ok(())
    }

    /// All that is known of a name.
    pub async fn shown(&self, name: &str) -> anyhow::Result<Value> {
        self.api().get(&format!("/api/v1/plugins/{name}")).await
    }

    /// Waits until what is known of a name is as wanted.
    pub async fn waits_until(&self, name: &str, what: &str, wanted: impl Fn(&Value) -> bool) -> anyhow::Result<Value> {
        self.waits_long_until(name, what, LIMIT, wanted).await
    }

    /// As [`Stage::waits_until`], for so long at most.
    pub async fn waits_long_until(
        &self,
        name: &str,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Value> {
        let begin = Instant::now();
        loop {
            let shown = self.shown(name).await?;
            if wanted(&shown) {
                return Ok(shown);
            }
            anyhow::ensure!(begin.elapsed() < limit, "{what}: that did not come within {limit:?}: {shown:#}");
            tokio::time::sleep(GLANCE).await;
        }
    }
}
