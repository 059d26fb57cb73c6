//! The host itself: makes revisions ready to be called, and lets go of them.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU32},
};

use arc_swap::ArcSwap;
use sha2::{Digest, Sha256};
use sportello_domain::{
    revision::{PluginKind, Revision, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::PluginError;
use tokio::sync::Semaphore;
use wasmtime::{
    Engine,
    component::{Component, HasSelf, Linker},
};

use crate::{
    bindings::vault,
    compile::Cache,
    config::HostConfig,
    error::HostError,
    figures::Figures,
    gate::Gate,
    guest::Shelf,
    link::{self, CONTRACT, Names},
    loaded::{Exports, Identity, Loaded, World},
    machine,
    port::plain,
    session::Session,
    state::CallState,
    ticker::Ticker,
    wasi,
};

/// Runs plugins. Implements the engine's port [`sportello_engine::ports::Plugins`].
pub struct PluginHost {
    pub(crate) engine: Engine,
    pub(crate) config: HostConfig,
    cache: Cache,
    loaded: ArcSwap<HashMap<RevisionId, Arc<Loaded>>>,
    calls: Arc<Semaphore>,
    /// For idle instances that are kept.
    places: Arc<Semaphore>,
    ticker: Ticker,
}

impl std::fmt::Debug for PluginHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let loaded: Vec<_> = self.loaded.load().keys().cloned().collect();
        f.debug_struct("PluginHost").field("loaded", &loaded).finish_non_exhaustive()
    }
}

/// A component that was compiled and found to be a plugin.
pub(crate) struct Checked {
    pub(crate) component: Component,
    pub(crate) digest: String,
    pub(crate) names: Names,
    pub(crate) kind: PluginKind,
}

impl PluginHost {
    /// Reserves the pool, opens the cache and starts the clock of the limits.
    ///
    /// # Errors
    /// [`HostError::Engine`] where the machine gives no room for the pool, [`HostError::Cache`] where the folder cannot be
    /// used or is not private.
    pub fn new(config: HostConfig) -> Result<Self, HostError> {
        let engine = machine::runner(&config)?;
        let cache = Cache::open(config.cache.clone(), config.compiler.clone(), &engine)?;
        let ticker = Ticker::start(&engine)?;
        let calls = Arc::new(Semaphore::new(config.concurrency.total));
        let places = Arc::new(Semaphore::new(config.concurrency.kept));
        Ok(Self { engine, config, cache, loaded: ArcSwap::default(), calls, places, ticker })
    }

    /// Makes a revision ready to be called: compiles its component if that was never done, and links it.
    ///
    /// # Errors
    /// What is wrong with the component, and what to do; whatever was loaded before stays.
    pub async fn load(&self, revision: &Revision, component: &[u8], secrets: Secrets) -> Result<(), HostError> {
        let checked = self.check(component).await?;
        for (part, expected, found) in [
            ("digest", &revision.digest, &checked.digest),
            ("kind", &revision.kind.to_string(), &checked.kind.to_string()),
            ("contract version", &revision.contract, &CONTRACT.to_owned()),
        ] {
            if expected != found {
                let (expected, found) = (expected.clone(), found.clone());
                return Err(HostError::Mismatch { revision: revision.id.clone(), part, expected, found });
            }
        }
        let identity = Identity::new(&revision.plugin, revision.id.clone());
        let settings = revision.settings.clone();
        let loaded = self.link(&checked, identity, settings, secrets, revision.grants.warm).await?;
        self.loaded.rcu(|all| {
            let mut all = HashMap::clone(all);
            all.insert(revision.id.clone(), Arc::clone(&loaded));
            all
        });
        tracing::info!(revision = %revision.id, kind = %revision.kind, "plugin loaded");
        Ok(())
    }

    /// Lets go of a revision. Calls under way end as they would.
    pub fn unload(&self, revision: &RevisionId) {
        self.loaded.rcu(|all| {
            let mut all = HashMap::clone(all);
            all.remove(revision);
            all
        });
    }

    /// Which revisions can be called.
    #[must_use]
    pub fn loaded(&self) -> Vec<RevisionId> {
        self.loaded.load().keys().cloned().collect()
    }

    pub(crate) fn find(&self, revision: &RevisionId) -> Result<Arc<Loaded>, PluginError> {
        self.loaded.load().get(revision).cloned().ok_or_else(|| PluginError::Missing(revision.clone()))
    }

    /// Compiles a component, or takes it from the cache, and checks what it imports and exports.
    pub(crate) async fn check(&self, component: &[u8]) -> Result<Checked, HostError> {
        let digest = digest(component);
        let component = self.cache.component(&self.engine, &digest, component).await?;
        let names = Names::of(&component);
        let kind = names.check()?;
        Ok(Checked { component, digest, names, kind })
    }

    /// Gives a component its imports, and proves in a first instance that it fits. Its instances are kept between calls where it is
    /// trusted to be `warm`; what understands language keeps those that hold its model, and no others.
    pub(crate) async fn link(
        &self,
        checked: &Checked,
        identity: Identity,
        settings: String,
        secrets: Secrets,
        warm: bool,
    ) -> Result<Arc<Loaded>, HostError> {
        let mut linker = Linker::<CallState>::new(&self.engine);
        let shape = |error: wasmtime::Error| link::shape(checked.kind, &error);
        vault::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state).map_err(shape)?;
        wasi::link(&mut linker, &checked.component).map_err(shape)?;
        let pre = linker.instantiate_pre(&checked.component).map_err(shape)?;
        let concurrency = &self.config.concurrency;
        let gate = |own| Gate::new(own, Arc::clone(&self.calls), concurrency.waiting);
        let loaded = Arc::new(Loaded {
            identity: Arc::new(identity),
            figures: Figures::default(),
            settings,
            secrets: Arc::new(secrets),
            gate: gate(concurrency.per_revision),
            exports: Exports::of(&checked.component, checked.kind),
            world: World::new(checked.kind, pre, gate(concurrency.warm))?,
            shelf: (warm && checked.kind != PluginKind::Nlu).then(|| Shelf::new(Arc::clone(&self.places))),
            pulse: self.ticker.pulse(),
            calls: AtomicU32::new(0),
        });
        let call = plain(&loaded.identity.revision);
        let mut session = Session::begin(&self.engine, &loaded, call, "instantiate", &self.config.limits).await?;
        let proved = loaded.world.prove(&mut session.guest.store).await;
        session.end(proved)?.value?;
        Ok(loaded)
    }
}

/// SHA-256 in hex: how revisions name components.
pub(crate) fn digest(component: &[u8]) -> String {
    Sha256::digest(component).iter().map(|byte| format!("{byte:02x}")).collect()
}
