//! From a configuration to everything that it names, loaded and ready: for `serve` to serve, for `check` to find fault with.

use std::sync::Arc;

use sportello_carriers::{CertificateDer, HttpCarrier, PemObject, Setup};
use sportello_engine::catalog::Catalog;
use sportello_plugin_host::PluginHost;

use super::{Assembled, SystemClock, assemble, examine, limits};
use crate::config::{Config, Environment, Problems};
use crate::corpus::LoadedCorpus;

/// All that is configured, ready to be used.
pub(crate) struct Ready {
    pub(crate) host: Arc<PluginHost>,
    pub(crate) carrier: Arc<HttpCarrier>,
    pub(crate) catalog: Catalog,
}

/// None: the problems say why.
///
/// # Errors
/// What no configuration is to blame for.
pub(crate) async fn prepare(
    config: &Config,
    environment: Environment<'_>,
    public_url: &str,
    problems: &Problems,
) -> anyhow::Result<Option<Ready>> {
    let corpus = LoadedCorpus::of(config, problems);
    for (_, plugin) in config.uses() {
        plugin.resolve(environment, problems);
    }
    let host = Arc::new(PluginHost::new(limits::host(&config.plugins.cache, &config.limits)?)?);
    let carrier = Arc::new(carrier(config, problems)?);
    let examined = examine(config, &host, problems).await;
    if !problems.are_tolerable() {
        return Ok(None);
    }
    let wanted =
        Assembled { config, corpus: &corpus, environment, public_url, host: &host, carrier: &carrier, problems };
    let catalog = assemble(&wanted, examined).await?;
    Ok(problems.are_tolerable().then_some(Ready { host, carrier, catalog }))
}

fn carrier(config: &Config, problems: &Problems) -> anyhow::Result<HttpCarrier> {
    let mut setup = Setup::new(Arc::new(SystemClock));
    setup.limits = limits::carrier(&config.limits);
    if let Some(file) = &config.server.authorities {
        let read = CertificateDer::pem_file_iter(&file.value).and_then(Iterator::collect);
        setup.authorities = read.unwrap_or_else(|error| {
            let message = format!("`server.authorities`: no certificates in {}: {error}", file.value.display());
            problems.add(file.line, message);
            Vec::new()
        });
    }
    Ok(HttpCarrier::new(setup)?)
}
