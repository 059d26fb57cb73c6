//! What a component is and says of itself.

use serde::Serialize;
use serde_json::Value;
use sportello_domain::{revision::PluginKind, secrets::Secrets};

use sportello_engine::ports::Compiled;

use crate::{PluginHost, error::HostError, host::Checked, link::CONTRACT};

/// What a component is and says of itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// What it is.
    pub kind: PluginKind,
    /// Version of the contract that it was built against.
    pub contract: String,
    /// SHA-256 in hex.
    pub digest: String,
    /// Interfaces with their versions.
    pub imports: Vec<String>,
    /// Interfaces with their versions.
    pub exports: Vec<String>,
    /// What `describe` answers, as JSON.
    pub description: Value,
}

impl PluginHost {
    /// Compiles a component, or takes what was compiled, and says what it is; nothing of it runs.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub async fn identify(&self, component: &[u8]) -> Result<Compiled, HostError> {
        let Checked { kind, digest, .. } = self.check(component).await?;
        Ok(Compiled { kind, digest, contract: CONTRACT.to_owned() })
    }

    /// Looks at a component: compiles it, checks it, and asks it to describe itself.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub async fn inspect(&self, component: &[u8]) -> Result<Inspection, HostError> {
        let checked = self.check(component).await?;
        let plugin = self.trial(&checked, Secrets::default()).await?;
        let description = self.call_plugin(&plugin, "describe", Value::Null).await?;
        Ok(Inspection {
            kind: checked.kind,
            contract: CONTRACT.to_owned(),
            digest: checked.digest,
            imports: checked.names.imports,
            exports: checked.names.exports,
            description,
        })
    }
}
