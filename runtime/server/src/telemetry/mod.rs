//! What the server tells of itself: logs, spans and metrics.

mod logs;
mod metrics;
mod otlp;

pub(crate) use logs::Guard;
pub(crate) use metrics::record as record_metrics;

use crate::config::{Environment, TelemetrySection};

/// Starts logging, and exporting where it is configured. Within the runtime, which exports in the background.
///
/// # Errors
/// The collector's address cannot be used, or something else logs already.
pub(crate) fn start(section: &TelemetrySection, environment: Environment<'_>) -> anyhow::Result<Guard> {
    logs::start(section, environment)
}
