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
    /// Where files of secrets lie.
    folder: PathBuf,
    /// Where a missing secret would be added.
    pub(crate) line: usize,
    /// `grants.hosts`: origins.
    pub(crate) hosts: Vec<Located<String>>,
    /// `grants.warm`: its instances are kept.
    warm: bool,
}

/// Where a secret's value is found.
#[derive(Clone, Debug)]
pub(crate) enum SecretSource {
    /// `env:NAME`
    Environment(String),
    /// `file:PATH`, from the configuration's folder; a line break at the end does not count.
    File(PathBuf),
}

/// A source that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"env:NAME\" or \"file:PATH\" says where a secret's value is; a value does not belong there")]
pub(crate) struct NoSource;

impl std::str::FromStr for SecretSource {
    type Err = NoSource;
    fn from_str(text: &str) -> Result<Self, NoSource> {
        match text.split_once(':') {
            Some(("env", variable)) => Ok(Self::Environment(variable.to_owned())),
            Some(("file", path)) => Ok(Self::File(PathBuf::from(path))),
            _ => Err(NoSource),
        }
    }
}

/// As it is written.
impl std::fmt::Display for SecretSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Environment(variable) => write!(f, "env:{variable}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
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
        let secrets = section.section("secrets").map(|secrets| read_secrets(&secrets)).unwrap_or_default();
        let grants = section.section("grants").map(|grants| {
            let granted = (grants.texts("hosts").unwrap_or_default(), grants.boolean("warm").unwrap_or_default());
            grants.close();
            granted
        });
        let (folder, line, (hosts, warm)) = (folder.to_owned(), section.line(), grants.unwrap_or_default());
        Some(Self { plugin: plugin?, settings, secrets, folder, line, hosts, warm })
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
        let secrets = self.secrets.iter().map(|(name, source)| (name.value.clone(), source.to_string()));
        let hosts = self.hosts.iter().map(|host| host.value.clone());
        Grants { hosts: hosts.collect(), secrets: secrets.collect(), warm: self.warm }
    }

    /// The values of the secrets; what is missing is a problem.
    pub(crate) fn resolve(&self, environment: Environment<'_>, problems: &Problems) -> Secrets {
        let resolve = |(name, source): &(Located<String>, SecretSource)| {
            source
                .value(environment, &self.folder)
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
    /// The value, and what is wrong where there is none.
    pub(crate) fn value(&self, environment: Environment<'_>, folder: &Path) -> Result<Vec<u8>, String> {
        let value = self.read(environment, folder)?;
        if value.is_empty() { Err("it is empty".to_owned()) } else { Ok(value) }
    }

    fn read(&self, environment: Environment<'_>, folder: &Path) -> Result<Vec<u8>, String> {
        match self {
            Self::Environment(name) => environment(name)
                .map(String::into_bytes)
                .ok_or_else(|| format!("the environment variable {name} is not set")),
            Self::File(path) => {
                let path = folder.join(path);
                let mut value = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                while value.last().is_some_and(|last| matches!(last, b'\n' | b'\r')) {
                    value.pop();
                }
                Ok(value)
            }
        }
    }
}

fn read_secrets(section: &Section<'_>) -> Vec<(Located<String>, SecretSource)> {
    let mut secrets = Vec::new();
    for (name, sources) in section.open_texts() {
        let Some(source) = sources.first() else { continue };
        match source.value.parse() {
            Ok(source) => secrets.push((name, source)),
            Err(NoSource) => {
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
