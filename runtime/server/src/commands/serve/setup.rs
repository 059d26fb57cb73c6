//! From a configuration to what the engine and the server's face are made of.

use std::sync::Arc;

use anyhow::Context as _;
use sportello_carriers::{CertificateDer, HttpCarrier, PemObject, Setup};
use sportello_engine::catalog::Catalog;
use sportello_http::HttpConfig;
use sportello_plugin_host::PluginHost;

use crate::commands::check::read_corpus;
use crate::commands::environment;
use crate::config::{Config, Problems};
use crate::wiring::{Assembled, SystemClock, assemble, carrier_limits, examine, host_config};

/// All that is configured, ready to be used.
pub(super) struct Ready {
    pub(super) host: Arc<PluginHost>,
    pub(super) carrier: Arc<HttpCarrier>,
    pub(super) catalog: Catalog,
}

/// None: the problems say why.
///
/// # Errors
/// What no configuration is to blame for.
pub(super) async fn prepare(config: &Config, public_url: &str, problems: &Problems) -> anyhow::Result<Option<Ready>> {
    let corpus = read_corpus(config, problems);
    let host = Arc::new(PluginHost::new(host_config(&config.plugins.cache, &config.limits)?)?);
    let carrier = Arc::new(carrier(config)?);
    let examined = examine(config, &host, problems).await;
    if !problems.are_tolerable() {
        return Ok(None);
    }
    let wanted = Assembled {
        config,
        corpus: &corpus,
        environment: &environment,
        public_url,
        host: &host,
        carrier: &carrier,
        problems,
    };
    let catalog = assemble(&wanted, examined).await?;
    Ok(problems.are_tolerable().then_some(Ready { host, carrier, catalog }))
}

fn carrier(config: &Config) -> anyhow::Result<HttpCarrier> {
    let mut setup = Setup::new(Arc::new(SystemClock));
    setup.limits = carrier_limits(&config.limits);
    if let Some(file) = &config.server.authorities {
        let reading = || format!("reading certificate authorities from {}", file.value.display());
        let certificates = CertificateDer::pem_file_iter(&file.value).with_context(reading)?;
        setup.authorities = certificates.collect::<Result<_, _>>().with_context(reading)?;
    }
    Ok(HttpCarrier::new(setup)?)
}

/// The server's face.
pub(super) fn http(config: &Config, public_url: String) -> HttpConfig {
    let mut http = HttpConfig::new(public_url);
    http.webhook_body = config.limits.webhook_body.unwrap_or(http.webhook_body);
    http.pages = config.server.pages.as_ref().map(|pages| pages.value.clone());
    http.web = web_files();
    http
}

/// The built files for browsers lie beside the program, as `web`.
fn web_files() -> Option<std::path::PathBuf> {
    let web = std::env::current_exe().ok()?.parent()?.join("web");
    web.is_dir().then_some(web)
}
