//! Logs on standard error: for people on a terminal, as JSON elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;

use anyhow::Context as _;
use opentelemetry_sdk::trace::SdkTracerProvider;
use sportello_engine::PluginLog;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use super::fields::Growing;
use super::{otlp, plugins};
use crate::config::{Environment, TelemetrySection};

const USUAL: &str = "info";

/// Sends what is still to be exported when the program ends.
pub(crate) struct Guard(Option<SdkTracerProvider>);

pub(super) fn start(
    section: &TelemetrySection,
    environment: Environment<'_>,
    log: Arc<PluginLog>,
) -> anyhow::Result<Guard> {
    let directives = environment("RUST_LOG").or_else(|| section.log.clone());
    let directives = directives.as_deref().filter(|log| !log.is_empty()).unwrap_or(USUAL);
    let targets: Targets = directives.parse().with_context(|| format!("reading the log directives `{directives}`"))?;
    let written = if std::io::stderr().is_terminal() {
        fmt::layer().with_writer(std::io::stderr).boxed()
    } else {
        let layer = fmt::layer().json().flatten_event(true).with_current_span(false);
        layer.fmt_fields(Growing).with_writer(std::io::stderr).boxed()
    };
    let provider = section.otlp.as_deref().map(otlp::provider).transpose()?;
    let exported = provider.as_ref().map(|provider| otlp::layer(provider).with_filter(targets.clone()));
    tracing_subscriber::registry()
        .with(written.with_filter(targets))
        .with(exported)
        .with(plugins::layer(log))
        .try_init()?;
    Ok(Guard(provider))
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.0.take().map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last spans could not be exported");
        }
    }
}
