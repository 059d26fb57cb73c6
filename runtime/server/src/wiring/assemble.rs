//! Makes every revision ready: its plugin loaded, its requests admitted, its place in the catalog.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use sportello_carriers::HttpCarrier;
use sportello_domain::revision::Revision;
use sportello_engine::catalog::{Catalog, Channel, Skill};
use sportello_engine::ports::Plugins;
use sportello_plugin_host::PluginHost;

use super::{Examined, train};
use crate::config::{ChannelSection, Config, Environment, PluginUse, Problems};
use crate::corpus::LoadedCorpus;

/// What [`assemble`] needs.
pub(super) struct Assembled<'a> {
    pub(super) config: &'a Config,
    pub(super) corpus: &'a LoadedCorpus,
    pub(super) environment: Environment<'a>,
    /// How platforms reach the server.
    pub(super) public_url: &'a str,
    pub(super) host: &'a PluginHost,
    pub(super) carrier: &'a HttpCarrier,
    pub(super) problems: &'a Problems,
}

/// Loads all that was examined, and puts the catalog together. What is wrong is among the problems.
///
/// # Errors
/// A plugin that was fine to look at cannot be loaded.
pub(super) async fn assemble(wanted: &Assembled<'_>, examined: Vec<Examined>) -> anyhow::Result<Catalog> {
    let config = wanted.config;
    let mut revisions: BTreeMap<String, Arc<Revision>> = BTreeMap::new();
    for Examined { revision, component } in examined {
        let Some((_, plugin)) = config.uses().find(|(name, _)| *name == revision.name) else { continue };
        load(wanted, &revision, plugin, &component).await.with_context(|| format!("loading {}", revision.id))?;
        revisions.insert(revision.name.clone(), revision);
    }
    let mut catalog = Catalog::default();
    for section in &config.channels {
        let Some(revision) = revisions.get(&section.name) else { continue };
        let channel = channel(wanted, section, revision).await?;
        catalog.channels.insert(section.name.clone(), Arc::new(channel));
    }
    for section in &config.skills {
        let Some(revision) = revisions.get(&section.name) else { continue };
        let description = wanted.host.describe_skill(&revision.id).await?;
        let skill = Skill { revision: Arc::clone(revision), description };
        catalog.skills.insert(section.name.clone(), Arc::new(skill));
    }
    if let Some(revision) = config.nlu.as_ref().and_then(|_| revisions.get("nlu")) {
        let cache: &Path = &config.plugins.cache;
        if let Some(model) = train(wanted.host, revision, wanted.corpus, cache, wanted.problems).await? {
            wanted.host.load_model(&revision.id, model).await?;
            catalog.nlu = Some(Arc::clone(revision));
        }
    }
    let intents = config
        .skills
        .iter()
        .flat_map(|skill| skill.intents.iter().map(|intent| (intent.value.clone(), skill.name.clone())));
    catalog.policy = config.routing.policy(intents);
    catalog.queues = config.queues.iter().map(|queue| (queue.name.clone(), queue.hours.clone())).collect();
    Ok(catalog)
}

async fn load(wanted: &Assembled<'_>, revision: &Revision, plugin: &PluginUse, component: &[u8]) -> anyhow::Result<()> {
    let secrets = plugin.resolve(wanted.environment, wanted.problems);
    wanted.host.load(revision, component, secrets.clone()).await?;
    Ok(wanted.carrier.admit(&revision.id, &revision.grants, secrets)?)
}

async fn channel(
    wanted: &Assembled<'_>,
    section: &ChannelSection,
    revision: &Arc<Revision>,
) -> anyhow::Result<Channel> {
    let description = wanted.host.describe_channel(&revision.id).await?;
    let capabilities = wanted.host.carries(&revision.id).await?;
    if let Some(poll) = section.poll.as_ref().filter(|_| description.poll_every.is_none()) {
        let message =
            format!("the plugin `{}` does not poll: its platform calls the webhook", section.plugin.plugin.value);
        wanted.problems.add(poll.line, message);
    }
    Ok(Channel {
        name: section.name.clone(),
        revision: Arc::clone(revision),
        hook: format!("{}/hooks/{}", wanted.public_url, section.name),
        description,
        capabilities,
        unknown: section.unknown,
        read_marks: section.read_marks,
        polled: section.poll.is_some(),
    })
}
