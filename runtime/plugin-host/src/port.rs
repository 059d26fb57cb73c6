//! The engine's port: each call by the name of a revision.

use async_trait::async_trait;
use sportello_domain::{
    contract::{
        Analysis, Capabilities, ChannelDescription, Chore, Circumstances, Context, Delivery, Exchange, Failure, Media,
        MediaStep, Memory, Outcome, PollStep, ReceiveStep, Refusal, SendStep, TendStep, Turn, Webhook,
    },
    revision::RevisionId,
};
use sportello_engine::ports::{Call, Called, PluginError, Plugins};

use crate::{
    PluginHost,
    worlds::{Channel, Nlu, Skill},
};

/// A call that no turn stands behind, such as `describe`: it may know nothing.
pub(crate) fn plain(revision: &RevisionId) -> Call<'_> {
    Call { revision, conversation: None, now: 0, seed: 0, recorded: &[] }
}

#[async_trait]
impl Plugins for PluginHost {
    async fn describe_channel(&self, revision: &RevisionId) -> Result<ChannelDescription, PluginError> {
        let plugin = self.find(revision)?;
        Ok(Channel::of(self, &plugin)?.describe(plain(revision)).await?.value)
    }

    async fn carries(&self, revision: &RevisionId) -> Result<Capabilities, PluginError> {
        let plugin = self.find(revision)?;
        Ok(Channel::of(self, &plugin)?.carries(plain(revision), &plugin.settings).await?.value)
    }

    async fn receive(
        &self,
        call: Call<'_>,
        context: &Context,
        request: &Webhook,
        exchanges: &[Exchange],
    ) -> Called<Result<ReceiveStep, Refusal>> {
        let plugin = self.find(call.revision)?;
        Channel::of(self, &plugin)?.receive(call, context, request, exchanges).await
    }

    async fn send(
        &self,
        call: Call<'_>,
        context: &Context,
        delivery: &Delivery,
        exchanges: &[Exchange],
    ) -> Called<Result<SendStep, Failure>> {
        let plugin = self.find(call.revision)?;
        Channel::of(self, &plugin)?.send(call, context, delivery, exchanges).await
    }

    async fn poll(
        &self,
        call: Call<'_>,
        context: &Context,
        cursor: Option<&str>,
        exchanges: &[Exchange],
    ) -> Called<Result<PollStep, Failure>> {
        let plugin = self.find(call.revision)?;
        Channel::of(self, &plugin)?.poll(call, context, cursor, exchanges).await
    }

    async fn resolve_media(
        &self,
        call: Call<'_>,
        context: &Context,
        media: &Media,
        exchanges: &[Exchange],
    ) -> Called<Result<MediaStep, Failure>> {
        let plugin = self.find(call.revision)?;
        Channel::of(self, &plugin)?.resolve_media(call, context, media, exchanges).await
    }

    async fn tend(
        &self,
        call: Call<'_>,
        context: &Context,
        chore: Chore,
        exchanges: &[Exchange],
    ) -> Called<Result<TendStep, Failure>> {
        let plugin = self.find(call.revision)?;
        Channel::of(self, &plugin)?.tend(call, context, chore, exchanges).await
    }

    async fn analyze(&self, call: Call<'_>, text: &str, circumstances: &Circumstances) -> Called<Analysis> {
        let plugin = self.find(call.revision)?;
        Nlu::of(self, &plugin)?.analyze(call, text, circumstances).await
    }

    async fn handle(&self, call: Call<'_>, turn: &mut Turn) -> Called<Result<Outcome, Failure>> {
        let plugin = self.find(call.revision)?;
        Skill::of(self, &plugin)?.handle(call, &plugin.settings, turn).await
    }

    async fn migrate(&self, call: Call<'_>, memory: &Memory) -> Called<Result<Memory, String>> {
        let plugin = self.find(call.revision)?;
        Skill::of(self, &plugin)?.migrate(call, memory).await
    }
}
