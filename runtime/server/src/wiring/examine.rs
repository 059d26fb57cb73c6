//! Looks at every plugin that the configuration uses, and holds the configuration against what the plugin says of itself.

use std::sync::Arc;

use futures::StreamExt;
use serde_json::Value;
use sportello_carriers::Grant;
use sportello_domain::revision::{PluginKind, Revision};
use sportello_plugin_host::{Inspection, PluginHost};

use crate::config::{Config, PluginUse, Problems, hint};

/// A use of a plugin that can be loaded.
pub(super) struct Examined {
    pub(super) revision: Arc<Revision>,
    pub(super) component: Vec<u8>,
}

/// Plugins are compiled at first sight, as many side by side.
const SIDE_BY_SIDE: usize = 2;

/// Looks at them all, in the order of the configuration. What does not fit is a problem.
pub(super) async fn examine(config: &Config, host: &PluginHost, problems: &Problems) -> Vec<Examined> {
    let uses: Vec<(&str, PluginKind, &PluginUse)> = uses(config).collect();
    let inspected: Vec<_> = futures::stream::iter(&uses)
        .map(|(_, _, plugin)| inspect(config, host, plugin))
        .buffered(SIDE_BY_SIDE)
        .collect()
        .await;
    let mut examined = Vec::with_capacity(uses.len());
    for ((name, kind, plugin), inspected) in uses.into_iter().zip(inspected) {
        match inspected {
            Ok((component, inspection)) if inspection.kind == kind => {
                check(plugin, &inspection.description, problems);
                let revision = revision(name, plugin, &inspection);
                examined.push(Examined { revision: Arc::new(revision), component });
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
    examined
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

fn check(plugin: &PluginUse, description: &Value, problems: &Problems) {
    check_settings(plugin, description, problems);
    check_secrets(plugin, description, problems);
    check_hosts(plugin, description, problems);
}

fn check_settings(plugin: &PluginUse, description: &Value, problems: &Problems) {
    let schema = description.get("settings-schema").and_then(Value::as_str).unwrap_or_default();
    if schema.is_empty() {
        return;
    }
    let name = &plugin.plugin.value;
    let unusable =
        |reason: String| format!("the plugin `{name}` describes its settings in a way that cannot be read: {reason}");
    let schema: Value = match serde_json::from_str(schema) {
        Ok(schema) => schema,
        Err(error) => return problems.warn(plugin.plugin.line, unusable(error.to_string())),
    };
    let validator = match jsonschema::validator_for(&schema) {
        Ok(validator) => validator,
        Err(error) => return problems.warn(plugin.plugin.line, unusable(error.to_string())),
    };
    let settings = plugin.settings();
    for error in validator.iter_errors(&settings) {
        let pointer = error.instance_path().to_string();
        let place = pointer.trim_start_matches('/').replace('/', ".");
        let place = if place.is_empty() { String::new() } else { format!(".{place}") };
        problems.add(plugin.settings_line(&pointer), format!("`settings{place}`: {error}"));
    }
}

fn check_secrets(plugin: &PluginUse, description: &Value, problems: &Problems) {
    let known = texts(description, "secrets");
    for name in &known {
        if !plugin.secrets.iter().any(|(given, _)| given.value == *name) {
            let message =
                format!("the plugin `{}` uses the secret `{name}`, which it is not given", plugin.plugin.value);
            problems.warn(plugin.line, message);
        }
    }
    for (given, _) in &plugin.secrets {
        if !known.contains(&given.value.as_str()) {
            let hint = hint(&given.value, known.iter().copied());
            let message = format!("the plugin `{}` uses no secret `{}`{hint}", plugin.plugin.value, given.value);
            problems.warn(given.line, message);
        }
    }
}

fn check_hosts(plugin: &PluginUse, description: &Value, problems: &Problems) {
    let grants: Vec<Grant> = plugin.hosts.iter().filter_map(|host| host.value.parse().ok()).collect();
    let settings = plugin.settings();
    for host in texts(description, "hosts") {
        let Some(origin) = origin(host, &settings) else { continue };
        // Any name below stands for all of them.
        let example = origin.replacen("*.", "any.", 1);
        if !grants.iter().any(|grant| grant.covers_url(&example)) {
            let message = format!(
                "the plugin `{}` calls {origin}, which is not granted: add it to `grants.hosts` unless that is meant",
                plugin.plugin.value
            );
            problems.warn(plugin.line, message);
        }
    }
}

/// A host as a plugin writes it, with settings put in; none: a setting that it names is not written.
fn origin(host: &str, settings: &Value) -> Option<String> {
    let host = match host.strip_prefix("{setting:").and_then(|rest| rest.strip_suffix('}')) {
        Some(setting) => settings.get(setting)?.as_str()?,
        None => host,
    };
    let (scheme, rest) = host.split_once("://").unwrap_or(("https", host));
    Some(format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default()))
}

fn texts<'a>(description: &'a Value, key: &str) -> Vec<&'a str> {
    let list = description.get(key).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_host_may_name_a_setting() {
        let settings = json!({"api-base": "http://127.0.0.1:9911/v1"});
        assert_eq!(origin("{setting:api-base}", &settings).as_deref(), Some("http://127.0.0.1:9911"));
        assert_eq!(origin("*.fbcdn.net", &settings).as_deref(), Some("https://*.fbcdn.net"));
        assert_eq!(origin("{setting:other}", &settings), None);
    }
}
