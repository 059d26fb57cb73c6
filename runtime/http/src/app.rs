//! What all handlers share.

use std::sync::Arc;

use sportello_engine::{Engine, PluginLog, Registry};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::HttpConfig;

/// What all handlers share; clones are the same.
#[derive(Clone)]
pub struct App {
    pub(crate) engine: Arc<Engine>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) log: Arc<PluginLog>,
    pub(crate) config: Arc<HttpConfig>,
    /// Renders the metrics in the text format of Prometheus.
    pub(crate) metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// One permit a stream.
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) closing: CancellationToken,
}

impl App {
    /// `log` holds what plugins wrote lately, `metrics` renders the metrics in the text format of Prometheus.
    pub fn new(
        engine: Arc<Engine>,
        registry: Arc<Registry>,
        log: Arc<PluginLog>,
        config: HttpConfig,
        metrics: impl Fn() -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            engine,
            registry,
            log,
            metrics: Arc::new(metrics),
            streams: Arc::new(Semaphore::new(config.streams.min(Semaphore::MAX_PERMITS))),
            config: Arc::new(config),
            closing: CancellationToken::new(),
        }
    }

    /// Begins to close: streams end, no connection is taken any more, and [`crate::serve`] returns once the requests under
    /// way are answered. Stop the engine after that, so that they still find it.
    pub fn close(&self) {
        self.closing.cancel();
    }
}
