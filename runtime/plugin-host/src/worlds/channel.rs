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
    bindings::{channel::ChannelPluginPre, types},
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
        call!(self, call, "describe", sportello_plugin_channel.call_describe())
    }

    pub(crate) async fn carries(&self, call: Call<'_>, settings: &Json) -> Called<Capabilities> {
        call!(self, call, "carries", sportello_plugin_channel.call_carries(settings))
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
        call!(self, call, "receive", sportello_plugin_channel.call_receive(&context, &request, &exchanges))
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
        call!(self, call, "send", sportello_plugin_channel.call_send(&context, &delivery, &exchanges))
    }

    pub(crate) async fn poll(
        &self,
        call: Call<'_>,
        context: &Context,
        cursor: Option<&str>,
        exchanges: &[Exchange],
    ) -> Called<Result<PollStep, Failure>> {
        let (context, exchanges) = (context.clone().convert(), generated(exchanges));
        call!(self, call, "poll", sportello_plugin_channel.call_poll(&context, cursor, &exchanges))
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
        call!(self, call, "resolve-media", sportello_plugin_channel.call_resolve_media(&context, &media, &exchanges))
    }

    pub(crate) async fn tend(
        &self,
        call: Call<'_>,
        context: &Context,
        chore: Chore,
        exchanges: &[Exchange],
    ) -> Called<Result<TendStep, Failure>> {
        let (context, exchanges) = (context.clone().convert(), generated(exchanges));
        call!(self, call, "tend", sportello_plugin_channel.call_tend(&context, chore.convert(), &exchanges))
    }
}

fn generated(exchanges: &[Exchange]) -> Vec<types::Exchange> {
    exchanges.to_vec().convert()
}
