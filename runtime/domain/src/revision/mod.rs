//! Revisions: one plugin with its settings and grants, immutable.
//!
//! `state` is the life of one, `rollout` which of them serves a name, `moves` how the one changes with the other.

mod moves;
mod rollout;
mod state;

use std::collections::BTreeMap;

pub use moves::{Move, MoveError};
pub use rollout::{Candidate, Mode, Rollout, Start};
pub use state::RevisionState;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::contract::Json;

/// Names a revision for people and machines: `whatsapp@3f2a9c1b7d04`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RevisionId(pub String);

impl RevisionId {
    /// Whether it is a revision of what bears this name.
    #[must_use]
    pub fn is_of(&self, name: &str) -> bool {
        self.0.rsplit_once('@').is_some_and(|(of, _)| of == name)
    }
}

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
    /// Secrets by the plugin's names, each with where its value is found: `env:NAME` or `file:PATH`. Never a value.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// Whether its instances may serve one call after the other. They are trusted then not to carry anything from one customer to
    /// the next; nothing but the plugin itself sees to that. What understands language keeps its model in any case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub warm: bool,
}

/// What a plugin asks to reach, or what is new in that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asks {
    /// Origins.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Names of secrets.
    #[serde(default)]
    pub secrets: Vec<String>,
}

impl Asks {
    /// Whether it is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.secrets.is_empty()
    }

    /// What of it `before` did not have already.
    #[must_use]
    pub fn beyond(&self, before: &Self) -> Self {
        let new = |all: &[String], known: &[String]| all.iter().filter(|one| !known.contains(one)).cloned().collect();
        Self { hosts: new(&self.hosts, &before.hosts), secrets: new(&self.secrets, &before.secrets) }
    }
}

impl std::fmt::Display for Asks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hosts = self.hosts.iter().map(|host| format!("to call {host}"));
        let secrets = self.secrets.iter().map(|secret| format!("to use the secret `{secret}`"));
        f.write_str(&hosts.chain(secrets).collect::<Vec<_>>().join(", "))
    }
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
    /// SHA-256, in hex, of what a classifier learns from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corpus: Option<String>,
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
        let revision = Self {
            id: RevisionId(String::new()),
            name: name.to_owned(),
            plugin: plugin.to_owned(),
            kind,
            digest: digest.to_owned(),
            contract: contract.to_owned(),
            settings,
            grants,
            corpus: None,
        };
        revision.named()
    }

    /// The same with other settings.
    #[must_use]
    pub fn with_settings(self, settings: Json) -> Self {
        Self { settings, ..self }.named()
    }

    /// The same with other grants.
    #[must_use]
    pub fn with_grants(self, grants: Grants) -> Self {
        Self { grants, ..self }.named()
    }

    /// The same, learning from the corpus with this SHA-256 (hex).
    #[must_use]
    pub fn with_corpus(self, corpus: Option<String>) -> Self {
        Self { corpus, ..self }.named()
    }

    /// Whether the bytes with this SHA-256 are its component or its corpus.
    #[must_use]
    pub fn is_made_of(&self, digest: &[u8; 32]) -> bool {
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.digest == hex || self.corpus.as_ref() == Some(&hex)
    }

    fn named(mut self) -> Self {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        let parts = [&self.name, &self.plugin, &self.digest, &self.contract, &self.settings];
        parts.into_iter().chain(&self.grants.hosts).for_each(|part| add(part));
        // So that a host is never taken for a secret, nor a secret for a corpus.
        add("secrets");
        self.grants.secrets.iter().for_each(|(name, source)| [name, source].into_iter().for_each(|part| add(part)));
        add("corpus");
        self.corpus.iter().for_each(|corpus| add(corpus));
        if self.grants.warm {
            add("warm");
        }
        let short: String = hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        self.id = RevisionId(format!("{}@{short}", self.name));
        self
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
        assert_eq!(revision("{}").with_settings("[]".to_owned()), revision("[]"));
    }

    #[test]
    fn other_grants_or_another_corpus_are_another_revision() {
        let plain = revision("{}");
        let host = Grants { hosts: vec!["https://a.example".to_owned()], ..Grants::default() };
        let secret = [("key".to_owned(), "env:KEY".to_owned())].into();
        let granted = [
            plain.clone().with_grants(host),
            plain.clone().with_grants(Grants { secrets: secret, ..Grants::default() }),
            plain.clone().with_corpus(Some("c".to_owned())),
            plain.clone().with_grants(Grants { warm: true, ..Grants::default() }),
        ];
        assert!(granted.iter().all(|other| other.id != plain.id));
        assert_ne!(granted[0].id, granted[1].id);
    }

    #[test]
    fn only_what_is_new_is_asked_for() {
        let asks =
            |hosts: &[&str]| Asks { hosts: hosts.iter().map(|&host| host.to_owned()).collect(), ..Asks::default() };
        assert_eq!(asks(&["https://a", "https://b"]).beyond(&asks(&["https://a"])), asks(&["https://b"]));
        assert!(asks(&["https://a"]).beyond(&asks(&["https://a"])).is_empty());
    }
}
