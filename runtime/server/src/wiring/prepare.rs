//! From a configuration to the revisions that it asks for: for `serve` to serve, for `check` to find fault with.

use std::sync::Arc;

use sportello_carriers::{CertificateDer, HttpCarrier, PemObject, Setup};
use sportello_domain::revision::PluginKind;
use sportello_engine::Wanted;
use sportello_engine::catalog::Catalog;
use sportello_engine::ports::Workshop as _;
use sportello_plugin_host::PluginHost;

use super::model::{tell, train};
use super::{SystemClock, Workbench, examine, limits};
use crate::config::{Config, IntentSection, Problems};
use crate::corpus::LoadedCorpus;

/// What is configured, and what it is made ready with.
pub(crate) struct Prepared {
    pub(crate) host: Arc<PluginHost>,
    pub(crate) carrier: Arc<HttpCarrier>,
    pub(crate) workbench: Arc<Workbench>,
    /// What does not change while the server runs.
    pub(crate) base: Catalog,
    pub(crate) wanted: Vec<Wanted>,
}

/// None: the problems say why.
///
/// # Errors
/// What no configuration is to blame for.
pub(crate) async fn prepare(
    config: &Config,
    environment: fn(&str) -> Option<String>,
    public_url: &str,
    problems: &Problems,
) -> anyhow::Result<Option<Prepared>> {
    let corpus = LoadedCorpus::of(config, problems);
    for (_, plugin) in config.uses() {
        plugin.resolve(&environment, problems);
    }
    let host = Arc::new(PluginHost::new(limits::host(&config.plugins.cache, &config.limits)?)?);
    let carrier = Arc::new(carrier(config, problems)?);
    let wanted = examine(config, &corpus, &host, problems).await?;
    if !problems.are_tolerable() {
        return Ok(None);
    }
    let for_work = (Arc::clone(&host), Arc::clone(&carrier));
    let workbench = Arc::new(Workbench::new(config, public_url, for_work, environment));
    let learner = wanted.iter().find(|wanted| wanted.revision.kind == PluginKind::Nlu);
    if let Some(learner) = learner {
        learn(&host, config, learner, &corpus, problems).await?;
    }
    let prepared = Prepared { host, carrier, workbench, base: base(config), wanted };
    Ok(problems.are_tolerable().then_some(prepared))
}

/// What a configuration asks for while a server runs, examined as at its start. None: the problems say why.
///
/// # Errors
/// What no configuration is to blame for.
pub(crate) async fn wanted_again(
    config: &Config,
    environment: fn(&str) -> Option<String>,
    host: &PluginHost,
    problems: &Problems,
) -> anyhow::Result<Option<Vec<Wanted>>> {
    let corpus = LoadedCorpus::of(config, problems);
    for (_, plugin) in config.uses() {
        plugin.resolve(&environment, problems);
    }
    let wanted = examine(config, &corpus, host, problems).await?;
    Ok(problems.are_tolerable().then_some(wanted))
}

impl Prepared {
    /// Makes everything ready that is configured, to see whether it can be.
    pub(crate) async fn try_all(&self, config: &Config, problems: &Problems) {
        for Wanted { revision, component, corpus } in &self.wanted {
            if let Err(unfit) = self.workbench.make_ready(revision, component, corpus.as_deref()).await {
                let line = config.line_of(&revision.name);
                problems.add(line, format!("`{}` cannot serve: {unfit}", revision.name));
            }
        }
    }
}

/// Here alone it is known where each example stands; whoever makes it ready finds the model that was kept.
async fn learn(
    host: &PluginHost,
    config: &Config,
    Wanted { revision, component, .. }: &Wanted,
    corpus: &LoadedCorpus,
    problems: &Problems,
) -> anyhow::Result<()> {
    host.load(revision, component, sportello_domain::secrets::Secrets::default()).await?;
    if let Err(found) = train(host, revision, &corpus.corpus, &config.plugins.cache).await? {
        found.iter().for_each(|problem| tell(problem, corpus, problems));
    }
    host.unload(&revision.id);
    Ok(())
}

fn base(config: &Config) -> Catalog {
    Catalog {
        policy: config.routing.policy(IntentSection::rules(&config.skills, &config.intents)),
        queues: config.queues.iter().map(|queue| (queue.name.clone(), queue.hours.clone())).collect(),
        ..Catalog::default()
    }
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
