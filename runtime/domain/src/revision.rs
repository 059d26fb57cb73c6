//! Revisions: one plugin with its settings and grants, immutable.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::contract::Json;

/// Names a revision for people and machines: `whatsapp@3f2a9c1b7d04`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RevisionId(pub String);

impl std::fmt::Display for RevisionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which world of the contract a component fulfils.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PluginKind {
    /// Knows a platform.
    Channel,
    /// Knows a language.
    Nlu,
    /// Knows a business.
    Skill,
}

impl std::fmt::Display for PluginKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Channel => "channel",
            Self::Nlu => "nlu",
            Self::Skill => "skill",
        })
    }
}

/// What an operator allows a plugin to reach; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Grants {
    /// Origins: `https://graph.facebook.com`, `https://*.fbcdn.net`, `http://127.0.0.1:9911`. An origin that is written
    /// out with a private or loopback address grants just that address and port.
    #[serde(default)]
    pub hosts: Vec<String>,
}

/// One plugin with its settings and grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Revision {
    /// Made of all that follows.
    pub id: RevisionId,
    /// Its name in the configuration: of the channel, of the skill, or `nlu`.
    pub name: String,
    /// The plugin's file name without `.wasm`.
    pub plugin: String,
    /// What it is.
    pub kind: PluginKind,
    /// SHA-256 of the component, in hex.
    pub digest: String,
    /// Version of the contract that it was built against.
    pub contract: String,
    /// Its settings.
    pub settings: Json,
    /// What it may reach.
    pub grants: Grants,
}

impl Revision {
    /// Puts a revision together; its id follows from its parts, so that the same parts are the same revision.
    #[must_use]
    pub fn new(
        name: &str,
        plugin: &str,
        kind: PluginKind,
        digest: &str,
        contract: &str,
        settings: Json,
        grants: Grants,
    ) -> Self {
        let mut hash = Sha256::new();
        for part in
            [name, plugin, digest, contract, &settings].into_iter().chain(grants.hosts.iter().map(String::as_str))
        {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let short: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self {
            id: RevisionId(format!("{name}@{short}")),
            name: name.to_owned(),
            plugin: plugin.to_owned(),
            kind,
            digest: digest.to_owned(),
            contract: contract.to_owned(),
            settings,
            grants,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(settings: &str) -> Revision {
        Revision::new("whatsapp", "whatsapp", PluginKind::Channel, "d", "0.1.0", settings.to_owned(), Grants::default())
    }

    #[test]
    fn other_settings_are_another_revision() {
        assert_eq!(revision("{}").id, revision("{}").id);
        assert_ne!(revision("{}").id, revision(r#"{"a":1}"#).id);
    }
}
