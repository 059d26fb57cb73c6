//! Plugins as functions of the simulation: channels whose webhooks are events in JSON, a classifier, and a skill that answers
//! with the key of the message and what it has counted.

mod channel;
mod skill;

pub(crate) use channel::{DELIVERY, THREAD};

use std::time::Duration;

use async_trait::async_trait;
use sportello_domain::{
    contract::{
        Analysis, Capabilities, ChannelDescription, Chore, Circumstances, Context, Delivery, Exchange, Failure, Intent,
        Media, MediaStep, Memory, Outcome, PollStep, ReceiveStep, Refusal, SendStep, TendStep, Turn, Webhook,
    },
    revision::RevisionId,
};
use sportello_engine::ports::{Call, Called, PluginError, Plugins, Returned};

use crate::catalog::CLERK;
use crate::plan::{Export, Point};
use crate::world::{Fault, Seat};

/// All plugins, as one life of a node calls them.
pub struct Clerk {
    seat: Seat,
}

impl Clerk {
    /// In this seat.
    #[must_use]
    pub fn new(seat: Seat) -> Self {
        Self { seat }
    }

    async fn call<T>(&self, call: Call<'_>, export: Export, answer: impl FnOnce() -> T) -> Called<T> {
        match self.seat.reach(Point::Plugin(export), call.conversation).await {
            Some(Fault::Traps) => Err(trap(call, export.name())),
            Some(Fault::Busy) => Err(PluginError::Busy { revision: call.revision.clone(), waiting: 9 }),
            _ => Ok(Returned { value: answer(), vault: vec![], took: Duration::ZERO }),
        }
    }
}

fn trap(call: Call<'_>, function: &'static str) -> PluginError {
    PluginError::Trap { revision: call.revision.clone(), function, message: "unreachable".to_owned() }
}

#[async_trait]
impl Plugins for Clerk {
    async fn describe_channel(&self, revision: &RevisionId) -> Result<ChannelDescription, PluginError> {
        Err(PluginError::Missing(revision.clone()))
    }

    async fn carries(&self, revision: &RevisionId) -> Result<Capabilities, PluginError> {
        Err(PluginError::Missing(revision.clone()))
    }

    async fn receive(
        &self,
        call: Call<'_>,
        context: &Context,
        request: &Webhook,
        _exchanges: &[Exchange],
    ) -> Called<Result<ReceiveStep, Refusal>> {
        self.call(call, Export::Receive, || channel::receive(context, request)).await
    }

    async fn send(
        &self,
        call: Call<'_>,
        context: &Context,
        delivery: &Delivery,
        exchanges: &[Exchange],
    ) -> Called<Result<SendStep, Failure>> {
        let called = self.call(call, Export::Send, || channel::send(context, delivery, exchanges)).await;
        if let (Err(error), Ok(id)) = (&called, delivery.id.parse()) {
            self.seat.world.broke_off(id, error.is_defect(), !exchanges.is_empty());
        }
        called
    }

    async fn poll(
        &self,
        call: Call<'_>,
        context: &Context,
        cursor: Option<&str>,
        exchanges: &[Exchange],
    ) -> Called<Result<PollStep, Failure>> {
        self.call(call, Export::Poll, || channel::poll(context, cursor, exchanges)).await
    }

    async fn resolve_media(
        &self,
        call: Call<'_>,
        _context: &Context,
        _media: &Media,
        _exchanges: &[Exchange],
    ) -> Called<Result<MediaStep, Failure>> {
        Err(trap(call, "resolve-media"))
    }

    async fn tend(
        &self,
        call: Call<'_>,
        _context: &Context,
        _chore: Chore,
        _exchanges: &[Exchange],
    ) -> Called<Result<TendStep, Failure>> {
        Err(trap(call, "tend"))
    }

    async fn analyze(&self, call: Call<'_>, _text: &str, _circumstances: &Circumstances) -> Called<Analysis> {
        let analysis = || Analysis {
            language: "en".to_owned(),
            language_confidence: 1.0,
            intents: vec![Intent { name: CLERK.to_owned(), confidence: 0.9 }],
            ..Analysis::default()
        };
        self.call(call, Export::Analyze, analysis).await
    }

    async fn handle(&self, call: Call<'_>, turn: &Turn) -> Called<Result<Outcome, Failure>> {
        self.seat.entered(turn);
        let outcome = self.call(call, Export::Handle, || skill::handle(turn)).await?;
        match outcome.value {
            Some(outcome) => Ok(Returned { value: Ok(outcome), vault: vec![], took: Duration::ZERO }),
            None => Err(trap(call, "handle")),
        }
    }

    async fn migrate(&self, call: Call<'_>, _memory: &Memory) -> Called<Result<Memory, String>> {
        Err(trap(call, "migrate"))
    }
}
