//! A workshop whose components are words: `broken` does not link, `greedy` asks for a host, all others are skills.

use std::sync::Arc;

use async_trait::async_trait;
use sha2::{Digest as _, Sha256};
use sportello_domain::revision::{Asks, Grants, PluginKind, Revision, RevisionId};
use sportello_engine::catalog::{Catalog, Part, Skill};
use sportello_engine::ports::store::Told;
use sportello_engine::ports::{Compiled, Ready, Unfit, Workshop};
use sportello_engine::{LifeTerms, Ports, Registry, Wanted};

use super::world::description;

struct Bench;

#[async_trait]
impl Workshop for Bench {
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit> {
        Ok(Compiled { kind: PluginKind::Skill, digest: digest(component), contract: "0.1.0".to_owned() })
    }

    async fn make_ready(&self, revision: &Revision, component: &[u8], _: Option<&[u8]>) -> Result<Ready, Unfit> {
        if component == b"broken" {
            return Err(Unfit::Revision("it lacks the export `handle`".to_owned()));
        }
        let hosts = if component == b"greedy" { vec!["https://new.example".to_owned()] } else { vec![] };
        let asks = Asks { hosts, secrets: vec![] };
        let granted = Asks { hosts: revision.grants.hosts.clone(), secrets: vec![] };
        let told = Told { memory_version: 1, wants: asks.beyond(&granted), asks };
        let skill = Skill { revision: Arc::new(revision.clone()), description: description() };
        Ok(Ready { part: Part::Skill(Arc::new(skill)), told })
    }

    async fn self_test(&self, _: &[u8]) -> Result<usize, Unfit> {
        Ok(0)
    }

    fn let_go(&self, _: &RevisionId) {}
}

fn digest(component: &[u8]) -> String {
    Sha256::digest(component).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A registry whose name `talk` is served.
pub(super) async fn registry(ports: &Ports, base: Catalog) -> Arc<Registry> {
    let store = (Arc::clone(&ports.store), Arc::new(Bench) as _, Arc::clone(&ports.plugins));
    let time = (Arc::clone(&ports.clock), Arc::clone(&ports.entropy));
    let registry = Registry::new(store, time, base, vec!["talk".to_owned()], LifeTerms::default());
    let component = b"first".to_vec();
    let settings = r#"{"greeting":"hello"}"#.to_owned();
    let grants = Grants { hosts: vec!["https://words.example".to_owned()], ..Grants::default() };
    let revision = Revision::new("talk", "echo", PluginKind::Skill, &digest(&component), "0.1.0", settings, grants);
    registry.configure(Wanted { revision, component, corpus: None }).await.unwrap();
    registry.begin().await.unwrap();
    Arc::new(registry)
}
