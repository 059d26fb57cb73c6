//! Revisions that are ready to be called.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use sportello_domain::{
    contract::Json,
    revision::{PluginKind, RevisionId},
    secrets::Secrets,
};
use wasmtime::{
    Store,
    component::{Component, ComponentExportIndex, InstancePre, types::ComponentItem},
};

use crate::{
    bindings::{
        channel::{ChannelPluginIndices, ChannelPluginPre},
        nlu::{NluPluginIndices, NluPluginPre},
        skill::{SkillPluginIndices, SkillPluginPre},
    },
    error::LinkError,
    figures::Figures,
    gate::Gate,
    guest::Shelf,
    link::{self, CONTRACT},
    state::CallState,
    ticker::Pulse,
    warm::WarmPool,
};

/// Whose log lines and errors they are.
#[derive(Debug)]
pub(crate) struct Identity {
    /// The plugin's file name without `.wasm`.
    pub(crate) plugin: Arc<str>,
    pub(crate) revision: RevisionId,
}

impl Identity {
    pub(crate) fn new(plugin: &str, revision: RevisionId) -> Self {
        Self { plugin: plugin.into(), revision }
    }
}

/// A revision that is ready to be called.
pub(crate) struct Loaded {
    pub(crate) identity: Arc<Identity>,
    pub(crate) figures: Figures,
    pub(crate) settings: Json,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) gate: Gate,
    pub(crate) exports: Exports,
    pub(crate) world: World,
    /// Where its instances are kept, if its operator trusts it so far.
    pub(crate) shelf: Option<Shelf>,
    /// Of the epochs, which tick while there are calls.
    pub(crate) pulse: Arc<Pulse>,
    /// Calls so far.
    pub(crate) calls: AtomicU32,
}

/// One in so many calls tells its processor time: to ask for it takes the system as long as a part of a short call.
const METERED: u32 = 16;

impl Loaded {
    /// Whether the call that begins is one whose processor time is told.
    pub(crate) fn meters_next(&self) -> bool {
        self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(METERED)
    }
}

/// Where the functions of a component's world are, found once.
pub(crate) struct Exports(HashMap<String, ComponentExportIndex>);

impl Exports {
    /// Those of the interface that the plugin's kind names.
    pub(crate) fn of(component: &Component, kind: PluginKind) -> Self {
        let interface = format!("sportello:plugin/{kind}@{CONTRACT}");
        let engine = component.engine();
        let mut found = HashMap::new();
        if let Some((ComponentItem::ComponentInstance(ty), within)) = component.get_export(None, interface.as_str()) {
            for (name, _) in ty.exports(engine) {
                if let Some(index) = component.get_export_index(Some(&within), name) {
                    found.insert(name.to_owned(), index);
                }
            }
        }
        Self(found)
    }

    pub(crate) fn index(&self, function: &str) -> wasmtime::Result<&ComponentExportIndex> {
        self.0.get(function).ok_or_else(|| wasmtime::Error::msg(format!("no export `{function}`")))
    }
}

/// The exports of a component, found and checked once; each call makes an instance of it.
pub(crate) enum World {
    Channel(ChannelPluginPre<CallState>),
    /// With the instances that hold its model.
    Nlu(NluPluginPre<CallState>, WarmPool),
    Skill(SkillPluginPre<CallState>),
}

impl World {
    /// # Errors
    /// Which export is missing.
    pub(crate) fn new(kind: PluginKind, pre: InstancePre<CallState>, warm: Gate) -> Result<Self, LinkError> {
        let world = match kind {
            PluginKind::Channel => ChannelPluginPre::new(pre).map(Self::Channel),
            PluginKind::Nlu => NluPluginPre::new(pre).map(|pre| Self::Nlu(pre, WarmPool::new(warm))),
            PluginKind::Skill => SkillPluginPre::new(pre).map(Self::Skill),
        };
        world.map_err(|error| link::shape(kind, &error))
    }

    /// Makes an instance, which alone tells whether the exports have the contract's types.
    pub(crate) async fn prove(&self, store: &mut Store<CallState>) -> wasmtime::Result<Result<(), LinkError>> {
        let (kind, pre) = match self {
            Self::Channel(pre) => (PluginKind::Channel, pre.instance_pre()),
            Self::Nlu(pre, _) => (PluginKind::Nlu, pre.instance_pre()),
            Self::Skill(pre) => (PluginKind::Skill, pre.instance_pre()),
        };
        let instance = pre.instantiate_async(&mut *store).await?;
        let proved = match kind {
            PluginKind::Channel => ChannelPluginIndices::new(pre)?.load(store, &instance).map(drop),
            PluginKind::Nlu => NluPluginIndices::new(pre)?.load(store, &instance).map(drop),
            PluginKind::Skill => SkillPluginIndices::new(pre)?.load(store, &instance).map(drop),
        };
        Ok(proved.map_err(|error| link::shape(kind, &error)))
    }
}
