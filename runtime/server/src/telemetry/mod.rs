//! What the server tells of itself: logs, spans and metrics.

mod fields;
mod logs;
mod metrics;
mod otlp;
mod plugins;

pub(crate) use logs::Guard;
pub(crate) use metrics::record as record_metrics;

use std::sync::Arc;

use sportello_engine::PluginLog;

use crate::config::{Environment, TelemetrySection};

/// Starts logging, keeping what plugins write in `log`, and exporting where it is configured. Within the runtime, which exports in the background.
///
/// # Errors
/// The collector's address cannot be used, or something else logs already.
pub(crate) fn start(
    section: &TelemetrySection,
    environment: Environment<'_>,
    log: Arc<PluginLog>,
) -> anyhow::Result<Guard> {
    logs::start(section, environment, log)
}
