//! Calls of skill plugins.

use std::sync::Arc;

use sportello_domain::contract::{Failure, Json, Memory, Outcome, SkillDescription, Turn};
use sportello_engine::ports::{Call, Called, PluginError};

use super::call;
use crate::{
    PluginHost,
    bindings::{
        skill::{SkillPluginPre, exports::sportello::plugin::skill as exports},
        types,
    },
    convert::Convert,
    loaded::{Loaded, World},
    session::Session,
    state::CallState,
};

/// A revision that knows a business.
pub(crate) struct Skill<'a> {
    host: &'a PluginHost,
    plugin: &'a Arc<Loaded>,
    pre: &'a SkillPluginPre<CallState>,
}

impl<'a> Skill<'a> {
    pub(crate) fn of(host: &'a PluginHost, plugin: &'a Arc<Loaded>) -> Result<Self, PluginError> {
        match &plugin.world {
            World::Skill(pre) => Ok(Self { host, plugin, pre }),
            World::Channel(_) | World::Nlu(..) => Err(PluginError::Missing(plugin.identity.revision.clone())),
        }
    }

    pub(crate) async fn describe(&self, call: Call<'_>) -> Called<SkillDescription> {
        call!(self, call, "describe", () -> exports::Description)
    }

    pub(crate) async fn handle(
        &self,
        call: Call<'_>,
        settings: &Json,
        turn: &mut Turn,
    ) -> Called<Result<Outcome, Failure>> {
        // The history is most of it: it goes there and comes back, and is not copied.
        let history = std::mem::take(&mut turn.history).convert();
        let lent = exports::Turn { history, ..turn.clone().convert() };
        let called = self.call_handle(call, settings, &lent).await;
        turn.history = lent.history.convert();
        called
    }

    async fn call_handle(
        &self,
        call: Call<'_>,
        settings: &Json,
        turn: &exports::Turn,
    ) -> Called<Result<Outcome, Failure>> {
        call!(self, call, "handle", (settings.as_str(), turn) -> Result<exports::Outcome, types::Failure>)
    }

    pub(crate) async fn migrate(&self, call: Call<'_>, memory: &Memory) -> Called<Result<Memory, String>> {
        let memory = memory.clone().convert();
        call!(self, call, "migrate", (&memory) -> Result<exports::Memory, String>)
    }
}
