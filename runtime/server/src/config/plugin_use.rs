//! What every use of a plugin says: which one, with which settings, secrets and grants.

use std::path::{Path, PathBuf};

use sportello_domain::revision::Grants;
use sportello_domain::secrets::Secrets;

use super::Environment;
use super::document::{Node, Value};
use super::problem::Problems;
use super::section::{Located, Section};

/// A plugin with all that it is given.
#[derive(Clone, Debug)]
pub(crate) struct PluginUse {
    /// `plugin`: the name of its file without `.wasm`.
    pub(crate) plugin: Located<String>,
    /// `settings`: a table.
    settings: Node,
    /// `secrets`: by name.
    pub(crate) secrets: Vec<(Located<String>, SecretSource)>,
    /// Where a missing secret would be added.
    pub(crate) line: usize,
    /// `grants.hosts`: origins.
    pub(crate) hosts: Vec<Located<String>>,
}

/// Where a secret's value is found.
#[derive(Clone, Debug)]
pub(crate) enum SecretSource {
    /// `env:NAME`
    Environment(String),
    /// `file:PATH`; a line break at the end does not count.
    File(PathBuf),
}

impl PluginUse {
    /// Reads the part of a section that all uses of plugins have; none: it names no plugin.
    pub(super) fn read(section: &Section<'_>, folder: &Path) -> Option<Self> {
        let plugin = section.required("plugin");
        let none = || Node { line: section.line(), value: Value::Table(Vec::new()) };
        let settings = section.node("settings").cloned().unwrap_or_else(none);
        if !matches!(settings.value, Value::Table(_)) {
            section.problems().add(settings.line, "`settings` has to be a table");
        }
        let secrets = section.section("secrets").map(|secrets| read_secrets(&secrets, folder)).unwrap_or_default();
        let hosts = section.section("grants").map(|grants| {
            let hosts = grants.texts("hosts").unwrap_or_default();
            grants.close();
            hosts
        });
        Some(Self { plugin: plugin?, settings, secrets, line: section.line(), hosts: hosts.unwrap_or_default() })
    }

    /// For the plugin.
    pub(crate) fn settings(&self) -> serde_json::Value {
        self.settings.value.to_json()
    }

    /// Where a part of the settings stands, by its JSON pointer; the nearest part where it is not written.
    pub(crate) fn settings_line(&self, pointer: &str) -> usize {
        let mut node = &self.settings;
        for step in pointer.split('/').skip(1) {
            let inner = match &node.value {
                Value::Table(entries) => entries.iter().find(|(key, _)| key.name == step).map(|(_, node)| node),
                Value::List(nodes) => step.parse().ok().and_then(|index: usize| nodes.get(index)),
                _ => None,
            };
            let Some(inner) = inner else { break };
            node = inner;
        }
        node.line
    }

    /// As the domain has them.
    pub(crate) fn grants(&self) -> Grants {
        Grants { hosts: self.hosts.iter().map(|host| host.value.clone()).collect() }
    }

    /// The values of the secrets; what is missing is a problem.
    pub(crate) fn resolve(&self, environment: Environment<'_>, problems: &Problems) -> Secrets {
        let resolve = |(name, source): &(Located<String>, SecretSource)| {
            let value = source.value(environment).and_then(|value| match value.is_empty() {
                true => Err("it is empty".to_owned()),
                false => Ok(value),
            });
            value
                .map_err(|reason| {
                    problems.add(name.line, format!("the secret `{}` has no value: {reason}", name.value))
                })
                .ok()
                .map(|value| (name.value.clone(), value))
        };
        self.secrets.iter().filter_map(resolve).collect()
    }
}

impl SecretSource {
    fn value(&self, environment: Environment<'_>) -> Result<Vec<u8>, String> {
        match self {
            Self::Environment(name) => environment(name)
                .map(String::into_bytes)
                .ok_or_else(|| format!("the environment variable {name} is not set")),
            Self::File(path) => {
                let mut value = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
                while value.last().is_some_and(|last| matches!(last, b'\n' | b'\r')) {
                    value.pop();
                }
                Ok(value)
            }
        }
    }
}

fn read_secrets(section: &Section<'_>, folder: &Path) -> Vec<(Located<String>, SecretSource)> {
    let mut secrets = Vec::new();
    for (name, sources) in section.open_texts() {
        let Some(source) = sources.first() else { continue };
        match source.value.split_once(':') {
            Some(("env", variable)) => secrets.push((name, SecretSource::Environment(variable.to_owned()))),
            Some(("file", path)) => secrets.push((name, SecretSource::File(folder.join(path)))),
            _ => {
                let message = format!(
                    "the secret `{}` has to name where its value is: \"env:NAME\" or \"file:PATH\"; a value does not \
                     belong into a configuration",
                    name.value
                );
                section.problems().add(source.line, message);
            }
        }
    }
    secrets
}
