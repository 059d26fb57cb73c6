//! A registry over the small world: components are JSON that says which skill's code they run.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sportello_domain::contract::SkillDescription;
use sportello_domain::revision::{Asks, Grants, PluginKind, Revision, RevisionId, RevisionState, Rollout};
use sportello_engine::catalog::{Part, Skill};
use sportello_engine::memory::MemoryStore;
use sportello_engine::ports::store::{AuditEntry, RevisionRecord, Revisions, Told};
use sportello_engine::ports::{Compiled, Ready, Unfit, Workshop};
use sportello_engine::{By, LifeTerms, Push, Registry, Wanted};
use tokio_util::sync::CancellationToken;

use super::{Scripted, SkillCode, World, catalog};

/// Revisions that are over are kept for so long; milliseconds.
pub const KEEP: u64 = 60 * 60 * 1_000;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Component {
    pub code: String,
    pub memory: u32,
    pub hosts: Vec<String>,
    pub compiles: bool,
    pub links: bool,
}

/// One that runs this code and keeps memory of this version.
pub fn component(code: &str, memory: u32) -> Component {
    Component { code: code.to_owned(), memory, hosts: vec![], compiles: true, links: true }
}

impl Component {
    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap()
    }
}

struct Bench(Arc<Scripted>);

#[async_trait]
impl Workshop for Bench {
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit> {
        let found: Component = serde_json::from_slice(component).unwrap();
        if !found.compiles {
            return Err(Unfit::Revision("it is no component".to_owned()));
        }
        Ok(Compiled { kind: PluginKind::Skill, digest: hex(component), contract: "0.1.0".to_owned() })
    }

    async fn make_ready(&self, revision: &Revision, component: &[u8], _: Option<&[u8]>) -> Result<Ready, Unfit> {
        let found: Component = serde_json::from_slice(component).unwrap();
        if !found.links {
            return Err(Unfit::Revision("it lacks the export `handle`".to_owned()));
        }
        self.0.code.lock().unwrap().insert(revision.id.clone(), found.code);
        let description = SkillDescription {
            name: revision.name.clone(),
            version: "1.0.0".to_owned(),
            summary: String::new(),
            settings_schema: "{}".to_owned(),
            secrets: vec![],
            hosts: found.hosts.clone(),
            intents: vec![],
            locales: vec![],
            memory_version: found.memory,
        };
        let asks = Asks { hosts: found.hosts, secrets: vec![] };
        let granted = Asks { hosts: revision.grants.hosts.clone(), secrets: vec![] };
        let told = Told { memory_version: found.memory, wants: asks.beyond(&granted), asks };
        Ok(Ready { part: Part::Skill(Arc::new(Skill { revision: Arc::new(revision.clone()), description })), told })
    }

    async fn self_test(&self, component: &[u8]) -> Result<usize, Unfit> {
        let found: Component = serde_json::from_slice(component).unwrap();
        if found.code == "careless" { Err(Unfit::Revision("greets: expected 1, found 2".to_owned())) } else { Ok(1) }
    }

    fn let_go(&self, revision: &RevisionId) {
        self.0.code.lock().unwrap().remove(revision);
    }
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn wanted(component: &Component) -> Wanted {
    let bytes = component.bytes();
    let (digest, grants) = (hex(&bytes), Grants::default());
    let revision = Revision::new("faq", "faq", PluginKind::Skill, &digest, "0.1.0", "{}".to_owned(), grants);
    Wanted { revision, component: bytes, corpus: None }
}

/// A world whose skill `faq` has a life of revisions.
pub struct Shop {
    pub world: World,
    pub registry: Arc<Registry>,
    stop: CancellationToken,
}

impl Shop {
    /// Served by this component at first.
    pub async fn new(skills: Vec<(&'static str, SkillCode)>, first: &Component) -> Self {
        let mut base = catalog(&skills);
        base.skills.clear();
        let mut made = None;
        let world = World::around(skills, base.clone(), |ports, plugins| {
            let registry = Arc::new(registry(ports, plugins, base));
            made = Some(Arc::clone(&registry));
            Some(registry.pointer())
        });
        let world = world.await;
        *world.plugins.migrates_to.lock().unwrap() = Some(2);
        let registry = made.unwrap();
        registry.configure(wanted(first)).await.unwrap();
        registry.begin().await.unwrap();
        let stop = CancellationToken::new();
        tokio::spawn(Arc::clone(&registry).run(stop.clone()));
        Self { world, registry, stop }
    }

    /// Another server starts on the same store, configured like this.
    pub async fn restart(&mut self, configured: &Component) {
        self.stop.cancel();
        let ports = self.world.ports();
        let base = self.registry_base();
        self.registry = Arc::new(registry(&ports, &self.world.plugins, base));
        self.registry.configure(wanted(configured)).await.unwrap();
        self.registry.begin().await.unwrap();
        self.stop = CancellationToken::new();
        tokio::spawn(Arc::clone(&self.registry).run(self.stop.clone()));
    }

    fn registry_base(&self) -> sportello_engine::catalog::Catalog {
        let mut base = self.world.catalog.clone();
        base.skills.clear();
        base
    }

    /// Pushes a component and lets its checks pass.
    pub async fn push(&self, component: &Component) -> RevisionRecord {
        let digest = self.registry.keep(component.bytes()).await.unwrap();
        let push = Push { name: "faq".to_owned(), component: Some(digest), ..Push::default() };
        let pushed = self.registry.push(push, &by()).await.unwrap();
        self.world.pass(5_000).await;
        self.registry.show(&pushed.revision.id).await.unwrap()
    }

    pub async fn state(&self, id: &RevisionId) -> RevisionState {
        self.registry.show(id).await.unwrap().state
    }

    pub async fn rollout(&self) -> Rollout {
        self.registry.overview("faq").await.unwrap().0
    }

    pub async fn audit(&self) -> Vec<AuditEntry> {
        MemoryStore::audit(&self.world.store, Some("faq"), 100).await.unwrap()
    }
}

fn registry(
    ports: &sportello_engine::Ports,
    plugins: &Arc<Scripted>,
    base: sportello_engine::catalog::Catalog,
) -> Registry {
    let bench = Arc::new(Bench(Arc::clone(plugins)));
    let store = (Arc::clone(&ports.store), bench as _, Arc::clone(&ports.plugins));
    let time = (Arc::clone(&ports.clock), Arc::clone(&ports.entropy));
    let terms = LifeTerms { keep: KEEP, ..LifeTerms::default() };
    Registry::new(store, time, base, vec!["faq".to_owned()], terms)
}

/// An operator.
pub fn by() -> By {
    By::new("operator", "to see")
}
