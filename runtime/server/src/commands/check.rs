//! `sportello check`: everything that can be known of a configuration without serving anybody.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use sportello_carriers::{HttpCarrier, Setup};
use sportello_plugin_host::PluginHost;

use super::{environment, report};
use crate::config::{Config, Problems};
use crate::corpus::LoadedCorpus;
use crate::print;
use crate::wiring::{Assembled, SystemClock, assemble, examine, host_config};

/// Success: the server would start.
pub(super) async fn run(file: &Path) -> anyhow::Result<ExitCode> {
    let problems = Problems::of(file);
    let config = Config::read(file, &problems);
    let corpus = read_corpus(&config, &problems);
    for (_, plugin) in config.uses() {
        plugin.resolve(&environment, &problems);
    }
    let host = PluginHost::new(host_config(&config.plugins.cache, &config.limits)?)?;
    let examined = examine(&config, &host, &problems).await;
    if problems.are_tolerable() {
        let carrier = HttpCarrier::new(Setup::new(Arc::new(SystemClock)))?;
        let wanted = Assembled {
            config: &config,
            corpus: &corpus,
            environment: &environment,
            public_url: "",
            host: &host,
            carrier: &carrier,
            problems: &problems,
        };
        assemble(&wanted, examined).await?;
    }
    if !report(file, &problems)? {
        return Ok(ExitCode::FAILURE);
    }
    print::out(&format!("{}: fine", file.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The corpus; intents of skills that it does not know are problems.
pub(super) fn read_corpus(config: &Config, problems: &Problems) -> LoadedCorpus {
    let Some(nlu) = &config.nlu else { return LoadedCorpus::default() };
    let loaded = LoadedCorpus::read(&nlu.corpus, problems);
    let known = loaded.intents();
    for intent in config.skills.iter().flat_map(|skill| &skill.intents) {
        if !known.contains(intent.value.as_str()) && !known.is_empty() {
            let hint = crate::config::hint(&intent.value, known.iter().copied());
            problems.add(intent.line, format!("the corpus has no intent `{}`{hint}", intent.value));
        }
    }
    drop(known);
    loaded
}
