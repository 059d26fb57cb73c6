//! Metrics, kept for whoever asks: Prometheus reads them at `/metrics`.

use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Seconds: from a plugin's call to a platform's worst answer.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Bytes: from a small component's memory to the most that a model may have.
const BYTES: [f64; 10] = [
    65_536.0,
    262_144.0,
    1_048_576.0,
    2_097_152.0,
    4_194_304.0,
    8_388_608.0,
    16_777_216.0,
    33_554_432.0,
    134_217_728.0,
    536_870_912.0,
];
/// Histograms are thinned out so often.
const UPKEEP: Duration = Duration::from_secs(5);

/// Renders what was recorded.
#[derive(Clone)]
pub(crate) struct Metrics(PrometheusHandle);

impl Metrics {
    /// In Prometheus's text format.
    pub(crate) fn render(&self) -> String {
        self.0.render()
    }
}

/// Begins to record. Within the runtime.
///
/// # Errors
/// Something else records already.
pub(crate) fn record() -> anyhow::Result<Metrics> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_bytes".to_owned()), &BYTES))
        .context("choosing buckets")?
        .install_recorder()
        .context("recording metrics")?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            upkeep.run_upkeep();
        }
    });
    Ok(Metrics(handle))
}
