//! Looks at every plugin that the configuration uses, and holds the configuration against what the plugin says of itself.

use futures::StreamExt;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sportello_domain::revision::{Asks, PluginKind, Revision};
use sportello_engine::Wanted;
use sportello_plugin_host::{Inspection, PluginHost};

use super::fitness::{Flaw, Needs, ungranted};
use crate::config::{ChannelSection, Config, PluginUse, Problems, hint};
use crate::corpus::LoadedCorpus;

/// Plugins are compiled at first sight, as many side by side.
const SIDE_BY_SIDE: usize = 2;

/// Looks at them all, in the order of the configuration. What does not fit is a problem.
pub(super) async fn examine(
    config: &Config,
    corpus: &LoadedCorpus,
    host: &PluginHost,
    problems: &Problems,
) -> anyhow::Result<Vec<Wanted>> {
    let uses: Vec<(&str, PluginKind, &PluginUse)> = uses(config).collect();
    let inspected: Vec<_> = futures::stream::iter(&uses)
        .map(|(_, _, plugin)| inspect(config, host, plugin))
        .buffered(SIDE_BY_SIDE)
        .collect()
        .await;
    let mut wanted = Vec::with_capacity(uses.len());
    for ((name, kind, plugin), inspected) in uses.into_iter().zip(inspected) {
        match inspected {
            Ok((component, inspection)) if inspection.kind == kind => {
                check(plugin, &inspection.description, problems);
                check_poll(config, name, &inspection.description, problems);
                let learns = kind == PluginKind::Nlu;
                let corpus = if learns { Some(serde_json::to_vec(&corpus.corpus)?) } else { None };
                let revision = revision(name, plugin, &inspection).with_corpus(corpus.as_deref().map(digest));
                wanted.push(Wanted { revision, component, corpus });
            }
            Ok((_, inspection)) => {
                let (plugin, found) = (&plugin.plugin, inspection.kind);
                problems.add(
                    plugin.line,
                    format!("`{}` is a {found} plugin, and a {kind} plugin belongs here", plugin.value),
                );
            }
            Err(reason) => problems.add(plugin.plugin.line, format!("the plugin `{}`: {reason}", plugin.plugin.value)),
        }
    }
    Ok(wanted)
}

fn check_poll(config: &Config, name: &str, description: &Value, problems: &Problems) {
    let section = config.channels.iter().find(|channel| channel.name == name);
    if let Some(ChannelSection { poll: Some(poll), plugin, .. }) = section
        && description.get("poll-every").is_none_or(Value::is_null)
    {
        let plugin = &plugin.plugin.value;
        problems.add(poll.line, format!("the plugin `{plugin}` does not poll: its platform calls the webhook"));
    }
}

/// SHA-256 in hex.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn uses(config: &Config) -> impl Iterator<Item = (&str, PluginKind, &PluginUse)> {
    let channels = config.channels.iter().map(|channel| (channel.name.as_str(), PluginKind::Channel, &channel.plugin));
    let nlu = config.nlu.iter().map(|nlu| ("nlu", PluginKind::Nlu, &nlu.plugin));
    let skills = config.skills.iter().map(|skill| (skill.name.as_str(), PluginKind::Skill, &skill.plugin));
    channels.chain(nlu).chain(skills)
}

async fn inspect(config: &Config, host: &PluginHost, plugin: &PluginUse) -> Result<(Vec<u8>, Inspection), String> {
    let file = config.plugins.file(&plugin.plugin.value);
    let component = tokio::fs::read(&file).await.map_err(|error| format!("{}: {error}", file.display()))?;
    let inspection = host.inspect(&component).await.map_err(|error| error.to_string())?;
    Ok((component, inspection))
}

fn revision(name: &str, plugin: &PluginUse, inspection: &Inspection) -> Revision {
    Revision::new(
        name,
        &plugin.plugin.value,
        inspection.kind,
        &inspection.digest,
        &inspection.contract,
        plugin.settings().to_string(),
        plugin.grants(),
    )
}

/// Plugins of all kinds say alike what they need.
fn check(plugin: &PluginUse, description: &Value, problems: &Problems) {
    let (secrets, hosts) = (texts(description, "secrets"), texts(description, "hosts"));
    let schema = description.get("settings-schema").and_then(Value::as_str).unwrap_or_default();
    let needs = Needs { schema, secrets: &secrets, hosts: &hosts };
    let (settings, name) = (plugin.settings(), &plugin.plugin.value);
    for Flaw { pointer, message } in needs.flaws(&settings) {
        match pointer {
            Some(pointer) => problems.add(plugin.settings_line(&pointer), message),
            None => problems.warn(plugin.plugin.line, format!("the plugin `{name}` {message}")),
        }
    }
    let given = plugin.grants();
    let Asks { hosts, secrets: missing } = ungranted(&needs.asks(&settings), &given.hosts, given.secrets.keys());
    for secret in missing {
        problems.warn(plugin.line, format!("the plugin `{name}` uses the secret `{secret}`, which it is not given"));
    }
    for origin in hosts {
        let message = format!(
            "the plugin `{name}` calls {origin}, which is not granted: add it to `grants.hosts` unless that is meant"
        );
        problems.warn(plugin.line, message);
    }
    for (given, _) in plugin.secrets.iter().filter(|(given, _)| !secrets.contains(&given.value)) {
        let hint = hint(&given.value, secrets.iter().map(String::as_str));
        problems.warn(given.line, format!("the plugin `{name}` uses no secret `{}`{hint}", given.value));
    }
}

fn texts(description: &Value, key: &str) -> Vec<String> {
    let list = description.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
