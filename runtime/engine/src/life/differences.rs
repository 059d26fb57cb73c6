//! How two revisions differ, as a list of places.

use serde_json::Value;
use sportello_domain::revision::{Revision, RevisionId, Rollout};

use super::Registry;
use crate::error::EngineError;
use crate::ports::store::RevisionRecord;

/// A place where two revisions differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// For instance `settings.answers.price`.
    pub at: String,
    /// In the one; none: there is nothing there.
    pub from: Option<Value>,
    /// In the other.
    pub to: Option<Value>,
}

impl Registry {
    /// How two revisions differ.
    ///
    /// # Errors
    /// There is no such revision; those of the store.
    pub async fn differences(&self, one: &RevisionId, other: &RevisionId) -> Result<Vec<Difference>, EngineError> {
        let (one, other) = (self.record(one).await?.revision, self.record(other).await?.revision);
        let mut found = Vec::new();
        compare(String::new(), Some(&parts(one)), Some(&parts(other)), &mut found);
        Ok(found)
    }

    /// What serves a name and what is tried, with all its revisions, newest first.
    ///
    /// # Errors
    /// Nothing of this name is configured; those of the store.
    pub async fn overview(&self, name: &str) -> Result<(Rollout, Vec<RevisionRecord>), EngineError> {
        if !self.names.iter().any(|known| known == name) {
            return Err(EngineError::NoSuchName(name.to_owned()));
        }
        let mut records = self.store.revisions().await?;
        records.retain(|record| record.revision.name == name);
        records.reverse();
        Ok((self.rollout(name).await?, records))
    }
}

fn parts(revision: Revision) -> Value {
    let settings = serde_json::from_str(&revision.settings).unwrap_or(Value::String(revision.settings));
    let mut parts = serde_json::json!({
        "name": revision.name,
        "plugin": revision.plugin,
        "component": revision.digest,
        "contract": revision.contract,
        "settings": settings,
        "grants": { "hosts": revision.grants.hosts, "secrets": revision.grants.secrets, "warm": revision.grants.warm },
    });
    if let Some(corpus) = revision.corpus {
        parts["corpus"] = corpus.into();
    }
    parts
}

/// Objects member by member, all else as a whole.
fn compare(at: String, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Difference>) {
    if from == to {
        return;
    }
    if let (Some(Value::Object(from)), Some(Value::Object(to))) = (from, to) {
        let names: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
        for name in names {
            let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            compare(at, from.get(name), to.get(name), found);
        }
        return;
    }
    found.push(Difference { at, from: from.cloned(), to: to.cloned() });
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sportello_domain::revision::{Grants, PluginKind};

    use super::*;

    #[test]
    fn settings_are_compared_member_by_member() {
        let revision = |settings: &str| {
            Revision::new("faq", "faq", PluginKind::Skill, "d", "0.1.0", settings.to_owned(), Grants::default())
        };
        let one = parts(revision(r#"{"answers":{"price":"47","hours":"8"}}"#));
        let other = parts(revision(r#"{"answers":{"price":"49","hours":"8"},"offers":[]}"#));
        let mut found = Vec::new();
        compare(String::new(), Some(&one), Some(&other), &mut found);
        let price = Difference { at: "settings.answers.price".into(), from: Some(json!("47")), to: Some(json!("49")) };
        let offers = Difference { at: "settings.offers".into(), from: None, to: Some(json!([])) };
        assert_eq!(found, [price, offers]);
    }
}
