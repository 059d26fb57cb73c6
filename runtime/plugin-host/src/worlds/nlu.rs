//! Calls of language understanding plugins: the only ones whose instances are kept, for the model that they hold.

use std::sync::Arc;

use sportello_domain::contract::{Analysis, Circumstances, Corpus, Json, NluDescription, Problem};
use sportello_engine::ports::{Call, Called, PluginError};

use super::call;
use crate::{
    PluginHost,
    background::in_background,
    bindings::nlu::{NluPluginPre, exports::sportello::plugin::nlu as exports},
    convert::Convert,
    error::HostError,
    loaded::{Loaded, World},
    session::{Course, Session, renew, state, store},
    state::CallState,
    warm::{Model, Warm, WarmPool},
};

/// A revision that knows a language.
pub(crate) struct Nlu<'a> {
    host: &'a PluginHost,
    plugin: &'a Arc<Loaded>,
    pre: &'a NluPluginPre<CallState>,
    warm: &'a WarmPool,
}

impl<'a> Nlu<'a> {
    pub(crate) fn of(host: &'a PluginHost, plugin: &'a Arc<Loaded>) -> Result<Self, PluginError> {
        match &plugin.world {
            World::Nlu(pre, warm) => Ok(Self { host, plugin, pre, warm }),
            World::Channel(_) | World::Skill(_) => Err(PluginError::Missing(plugin.identity.revision.clone())),
        }
    }

    pub(crate) async fn describe(&self, call: Call<'_>) -> Called<NluDescription> {
        call!(self, call, "describe", () -> exports::Description)
    }

    /// In an instance of its own, under the limits of training, while others go before it.
    pub(crate) async fn train(
        &self,
        call: Call<'_>,
        settings: &Json,
        corpus: &Corpus,
    ) -> Called<Result<Vec<u8>, Vec<Problem>>> {
        let (pre, settings, corpus) = (self.pre.clone(), settings.clone(), corpus.clone().convert());
        let limits = &self.host.config.training_limits;
        let seed = call.seed;
        let mut session = Session::begin(&self.host.engine, self.plugin, call, "train", limits).await?;
        let training = in_background(async move {
            let result = async {
                let store = &mut session.guest.store;
                let guest = pre.instantiate_async(&mut *store).await?;
                guest.sportello_plugin_nlu().call_train(store, &settings, &corpus, seed).await
            };
            let result = result.await;
            session.end(result.map(|trained| trained.map_err(Convert::convert)))
        });
        training.await.map_err(|error| self.broken(format!("it cannot be trained: {error}")))?
    }

    /// Puts a model in place for all calls from now on, once an instance has loaded it.
    pub(crate) async fn replace_model(
        &self,
        call: Call<'_>,
        settings: &Json,
        bytes: Arc<Vec<u8>>,
    ) -> Result<(), HostError> {
        let model = Model { bytes, settings: settings.clone(), generation: self.warm.next_generation() };
        let first = self.load(call, &model).await?;
        self.warm.replace(model, first);
        Ok(())
    }

    pub(crate) async fn analyze(&self, call: Call<'_>, text: &str, circumstances: &Circumstances) -> Called<Analysis> {
        let mut course = Course::begin(self.plugin, "analyze");
        let _pass = course.enter(&self.warm.gate).await?;
        let mut warm = self.warm(call).await?;
        let limits = &self.host.config.limits;
        let Warm { store, guest, model, .. } = &mut warm;
        renew(store, state(self.plugin, call, "analyze", limits), limits);
        let circumstances = circumstances.clone().convert();
        let model = *model;
        let nlu = guest.sportello_plugin_nlu();
        let result = nlu.model().call_analyze(&mut *store, model, text, &circumstances).await;
        let called = course.end(store.data_mut(), result.map(Convert::convert));
        course.tell(store.data().budget.metered());
        if called.is_ok() {
            self.warm.give_back(warm);
        }
        called
    }

    /// An idle instance, or a new one that loads the model.
    async fn warm(&self, call: Call<'_>) -> Result<Warm, PluginError> {
        match self.warm.take() {
            Ok(warm) => Ok(warm),
            Err(Some(model)) => self.load(call, &model).await.map_err(|error| match error {
                HostError::Call(error) => error,
                error => self.broken(error.to_string()),
            }),
            Err(None) => Err(self.broken("it has no model yet; train one and load it".to_owned())),
        }
    }

    fn broken(&self, message: String) -> PluginError {
        PluginError::Host { revision: self.plugin.identity.revision.clone(), message }
    }

    async fn load(&self, call: Call<'_>, model: &Model) -> Result<Warm, HostError> {
        let course = Course::begin(self.plugin, "load");
        let limits = &self.host.config.model_limits;
        let mut store = store(&self.host.engine, state(self.plugin, call, "load", limits), limits);
        let result = async {
            let guest = self.pre.instantiate_async(&mut store).await?;
            let nlu = guest.sportello_plugin_nlu();
            let loaded = nlu.model().call_load(&mut store, &model.settings, &model.bytes).await?;
            Ok(loaded.map(|model| (guest, model)))
        };
        let result = result.await;
        let (guest, loaded) = course
            .end(store.data_mut(), result)?
            .value
            .map_err(|reason| HostError::Model { revision: self.plugin.identity.revision.clone(), reason })?;
        Ok(Warm { store, guest, model: loaded, generation: model.generation })
    }
}
