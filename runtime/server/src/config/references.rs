//! What one part of the configuration says about another, or about files, has to be true.

use std::collections::BTreeMap;

use sportello_carriers::Grant;

use super::nearest;
use super::problem::Problems;
use super::section::Located;
use super::{Config, PluginUse};

/// Checks all that can be known without running a plugin.
pub(super) fn check(config: &Config, problems: &Problems) {
    check_skills(config, problems);
    check_intents(config, problems);
    check_queue(config, problems);
    check_names(config, problems);
    let plugins = plugin_files(config);
    for (_, plugin) in config.uses() {
        check_plugin(config, plugin, &plugins, problems);
    }
    if let Some(pages) = config.server.pages.as_ref().filter(|pages| !pages.value.is_dir()) {
        problems.add(pages.line, format!("`server.pages`: there is no folder {}", pages.value.display()));
    }
}

fn check_skills(config: &Config, problems: &Problems) {
    let routing = &config.routing;
    for (key, skill) in
        [("greeting", &routing.greeting), ("fallback", &routing.fallback), ("hand-over", &routing.hand_over)]
    {
        let Some(skill) = skill else { continue };
        if !config.skills.iter().any(|known| known.name == skill.value) {
            let hint = nearest::hint(&skill.value, config.skills.iter().map(|skill| skill.name.as_str()));
            problems.add(skill.line, format!("`routing.{key}`: there is no skill `{}`{hint}", skill.value));
        }
    }
}

fn check_intents(config: &Config, problems: &Problems) {
    if let Some(intent) = config.skills.iter().flat_map(|skill| &skill.intents).next().filter(|_| config.nlu.is_none())
    {
        let message = "there is no [nlu]: customers reach intents by choices only, not by what they write";
        problems.warn(intent.line, message);
    }
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for skill in &config.skills {
        for intent in &skill.intents {
            if let Some(owner) = owners.insert(&intent.value, &skill.name) {
                let message = format!("the intent `{}` belongs to the skill `{owner}` already", intent.value);
                problems.add(intent.line, message);
            }
        }
    }
    for intent in config.intents.iter().filter(|intent| intent.suggests() && !owners.contains_key(&*intent.name.value))
    {
        let name = &intent.name.value;
        problems
            .add(intent.name.line, format!("no skill has the intent `{name}`, so that nobody could suggest an answer"));
    }
}

fn check_queue(config: &Config, problems: &Problems) {
    let Some(queue) = &config.routing.default_queue else { return };
    if !config.queues.is_empty() && !config.queues.iter().any(|known| known.name == queue.value) {
        let hint = nearest::hint(&queue.value, config.queues.iter().map(|queue| queue.name.as_str()));
        problems.add(queue.line, format!("`routing.default-queue`: there is no queue `{}`{hint}", queue.value));
    }
}

/// Revisions are named after channels and skills, so that these share one set of names.
fn check_names(config: &Config, problems: &Problems) {
    let mut known: Vec<&str> = Vec::new();
    for (name, plugin) in config.uses() {
        if known.contains(&name) {
            problems
                .add(plugin.line, format!("the name `{name}` is taken by another channel or skill: choose another"));
        }
        known.push(name);
    }
}

fn check_plugin(config: &Config, plugin: &PluginUse, files: &[String], problems: &Problems) {
    let Located { value: name, line } = &plugin.plugin;
    if !files.iter().any(|file| file == name) {
        let hint = nearest::hint(name, files.iter().map(String::as_str));
        let path = config.plugins.file(name);
        problems.add(*line, format!("there is no plugin `{name}` ({}){hint}", path.display()));
    }
    for host in &plugin.hosts {
        if let Err(error) = host.value.parse::<Grant>() {
            problems.add(host.line, error.to_string());
        }
    }
}

/// The plugins that there are.
fn plugin_files(config: &Config) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(&config.plugins.folder.value) else { return Vec::new() };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.filter_map(|name| name.strip_suffix(".wasm").map(str::to_owned)).collect()
}
