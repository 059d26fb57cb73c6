//! SIGHUP: what the configuration says of plugins, and their files, are examined again as at a start. What is news comes to serve
//! while everything goes on; whatever else was changed counts at the next start.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use sportello_engine::Registry;
use sportello_plugin_host::PluginHost;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::environment;
use crate::config::{Config, Problems};
use crate::wiring::wanted_again;

/// Whoever follows the configuration.
pub(super) struct Reload {
    file: PathBuf,
    host: Arc<PluginHost>,
    registry: Arc<Registry>,
    hang_up: Signal,
}

impl Reload {
    /// From now on the signal does not end the process.
    pub(super) fn of(file: &Path, host: Arc<PluginHost>, registry: Arc<Registry>) -> anyhow::Result<Self> {
        let hang_up = signal(SignalKind::hangup()).context("waiting for SIGHUP")?;
        Ok(Self { file: file.to_owned(), host, registry, hang_up })
    }

    /// Follows it for as long as the server runs.
    pub(super) async fn run(mut self) -> Infallible {
        while self.hang_up.recv().await.is_some() {
            tracing::info!(file = %self.file.display(), "SIGHUP: the plugins of the configuration are examined again");
            if let Err(error) = self.again().await {
                let error = format!("{error:#}");
                tracing::error!(error, "the configuration could not be followed; what serves goes on");
            }
        }
        // No signal will come any more, which is no reason to end.
        std::future::pending().await
    }

    async fn again(&self) -> anyhow::Result<()> {
        let problems = Problems::of(&self.file);
        let config = Config::read(&self.file, &problems);
        let wanted = match problems.are_tolerable() {
            true => wanted_again(&config, environment, &self.host, &problems).await?,
            false => None,
        };
        let wanted = wanted.with_context(|| problems.to_string())?;
        for wanted in wanted {
            let name = wanted.revision.name.clone();
            if !self.registry.names().contains(&name) {
                tracing::warn!(name, "it is new in the configuration, and serves after the next start");
                continue;
            }
            // One that cannot serve is no reason to leave the others as they were.
            if let Err(error) = self.registry.configure(wanted).await {
                tracing::error!(name, %error, "the configuration asks for what cannot serve; what serves goes on");
            }
        }
        Ok(())
    }
}
