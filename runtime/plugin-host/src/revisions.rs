//! What the server asks of loaded revisions beside the engine's port: their descriptions, and training.

use std::sync::Arc;

use sportello_domain::{
    contract::{Corpus, NluDescription, Problem, SkillDescription},
    revision::RevisionId,
};
use sportello_engine::ports::{Call, PluginError};

use crate::{
    PluginHost,
    error::HostError,
    port::plain,
    worlds::{Nlu, Skill},
};

impl PluginHost {
    /// What a skill says of itself.
    ///
    /// # Errors
    /// Why there was no answer.
    pub async fn describe_skill(&self, revision: &RevisionId) -> Result<SkillDescription, PluginError> {
        let plugin = self.find(revision)?;
        Ok(Skill::of(self, &plugin)?.describe(plain(revision)).await?.value)
    }

    /// What a language understanding plugin says of itself.
    ///
    /// # Errors
    /// Why there was no answer.
    pub async fn describe_nlu(&self, revision: &RevisionId) -> Result<NluDescription, PluginError> {
        let plugin = self.find(revision)?;
        Ok(Nlu::of(self, &plugin)?.describe(plain(revision)).await?.value)
    }

    /// Trains a model with the revision's settings: seconds to minutes. The same corpus, settings and seed give the same
    /// bytes, so a model can be kept under a hash of them.
    ///
    /// # Errors
    /// Outside: why there was no answer. Inside: what is wrong with the corpus.
    pub async fn train(
        &self,
        revision: &RevisionId,
        corpus: &Corpus,
        seed: u64,
    ) -> Result<Result<Vec<u8>, Vec<Problem>>, PluginError> {
        let plugin = self.find(revision)?;
        let call = Call { seed, ..plain(revision) };
        Ok(Nlu::of(self, &plugin)?.train(call, &plugin.settings, corpus).await?.value)
    }

    /// Puts a model in place. Returns once an instance has loaded it; from then on `analyze` asks this model, and calls
    /// under way end with the one that they began with.
    ///
    /// # Errors
    /// [`HostError::Model`] where the plugin refuses the bytes, [`HostError::Call`] where it gave no answer; the model
    /// before stays.
    pub async fn load_model(&self, revision: &RevisionId, model: Vec<u8>) -> Result<(), HostError> {
        let plugin = self.find(revision)?;
        Nlu::of(self, &plugin)?.replace_model(plain(revision), &plugin.settings, Arc::new(model)).await
    }
}
