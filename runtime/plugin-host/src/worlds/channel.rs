//! Calls of channel plugins.

use std::sync::Arc;

use sportello_domain::contract::{
    Capabilities, ChannelDescription, Chore, Context, Delivery, Exchange, Failure, Json, Media, MediaStep, PollStep,
    ReceiveStep, Refusal, SendStep, TendStep, Webhook,
};
use sportello_engine::ports::{Call, Called, PluginError};

use super::call;
use crate::{
    PluginHost,
    bindings::{
        channel::{ChannelPluginPre, exports::sportello::plugin::channel as exports},
        types,
    },
    convert::Convert,
    loaded::{Loaded, World},
    session::Session,
    state::CallState,
};

/// A revision that knows a platform.
pub(crate) struct Channel<'a> {
    host: &'a PluginHost,
    plugin: &'a Arc<Loaded>,
    pre: &'a ChannelPluginPre<CallState>,
}

impl<'a> Channel<'a> {
    pub(crate) fn of(host: &'a PluginHost, plugin: &'a Arc<Loaded>) -> Result<Self, PluginError> {
        match &plugin.world {
            World::Channel(pre) => Ok(Self { host, plugin, pre }),
            World::Nlu(..) | World::Skill(_) => Err(PluginError::Missing(plugin.identity.revision.clone())),
        }
    }

    pub(crate) async fn describe(&self, call: Call<'_>) -> Called<ChannelDescription> {
        call!(self, call, "describe", () -> exports::Description)
    }

    pub(crate) async fn carries(&self, call: Call<'_>, settings: &Json) -> Called<Capabilities> {
        call!(self, call, "carries", (settings.as_str()) -> exports::Capabilities)
    }

    pub(crate) async fn receive(
        &self,
        call: Call<'_>,
        context: &Context,
        request: &Webhook,
        exchanges: &[Exchange],
    ) -> Called<Result<ReceiveStep, Refusal>> {
        let (context, request) = (context.clone().convert(), request.clone().convert());
        let exchanges = generated(exchanges);
        call!(self, call, "receive", (&context, &request, &exchanges) -> Result<exports::ReceiveStep, exports::Refusal>)
    }

    pub(crate) async fn send(
        &self,
        call: Call<'_>,
        context: &Context,
        delivery: &Delivery,
        exchanges: &[Exchange],
    ) -> Called<Result<SendStep, Failure>> {
        let (context, delivery) = (context.clone().convert(), delivery.clone().convert());
        let exchanges = generated(exchanges);
        call!(self, call, "send", (&context, &delivery, &exchanges) -> Result<exports::SendStep, types::Failure>)
    }

    pub(crate) async fn poll(
        &self,
        call: Call<'_>,
        context: &Context,
        cursor: Option<&str>,
        exchanges: &[Exchange],
    ) -> Called<Result<PollStep, Failure>> {
        let (context, exchanges) = (context.clone().convert(), generated(exchanges));
        call!(self, call, "poll", (&context, cursor, &exchanges) -> Result<exports::PollStep, types::Failure>)
    }

    pub(crate) async fn resolve_media(
        &self,
        call: Call<'_>,
        context: &Context,
        media: &Media,
        exchanges: &[Exchange],
    ) -> Called<Result<MediaStep, Failure>> {
        let (context, media) = (context.clone().convert(), media.clone().convert());
        let exchanges = generated(exchanges);
        call!(self, call, "resolve-media", (&context, &media, &exchanges) -> Result<exports::MediaStep, types::Failure>)
    }

    pub(crate) async fn tend(
        &self,
        call: Call<'_>,
        context: &Context,
        chore: Chore,
        exchanges: &[Exchange],
    ) -> Called<Result<TendStep, Failure>> {
        let (context, exchanges) = (context.clone().convert(), generated(exchanges));
        call!(self, call, "tend", (&context, chore.convert(), &exchanges) -> Result<exports::TendStep, types::Failure>)
    }
}

fn generated(exchanges: &[Exchange]) -> Vec<types::Exchange> {
    exchanges.to_vec().convert()
}
