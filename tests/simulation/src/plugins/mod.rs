//! Plugins as functions of the simulation: channels whose webhooks are events in JSON, a classifier, and a skill that answers
//! with the key of the message and what it has counted. Only a revision that was made ready can be called.

mod channel;
mod skill;
mod workshop;

pub(crate) use channel::{DELIVERY, THREAD};
pub(crate) use skill::counted;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
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

use crate::builds::Build;
use crate::catalog::CLERK;
use crate::plan::{Export, Point};
use crate::world::{Fault, Seat};

/// All plugins, as one life of a node calls them.
pub struct Clerk {
    seat: Seat,
    /// What is ready to be called.
    ready: Mutex<BTreeMap<RevisionId, Build>>,
}

impl Clerk {
    /// In this seat.
    #[must_use]
    pub fn new(seat: Seat) -> Self {
        Self { seat, ready: Mutex::default() }
    }

    /// Whether it can be called.
    #[must_use]
    pub fn has_ready(&self, revision: &RevisionId) -> bool {
        self.ready().contains_key(revision)
    }

    fn ready(&self) -> MutexGuard<'_, BTreeMap<RevisionId, Build>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn memory_version(&self, revision: &RevisionId) -> u32 {
        self.ready().get(revision).map_or(0, Build::memory_version)
    }

    async fn call<T>(&self, call: Call<'_>, export: Export, answer: impl FnOnce() -> T) -> Called<T> {
        if !self.has_ready(call.revision) {
            return Err(PluginError::Missing(call.revision.clone()));
        }
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

    async fn handle(&self, call: Call<'_>, turn: &mut Turn) -> Called<Result<Outcome, Failure>> {
        let version = self.memory_version(call.revision);
        // What runs on a record is no turn, nor is a call of what is not there.
        if call.conversation.is_some() && self.has_ready(call.revision) {
            self.seat.entered(call.revision, version, turn);
        }
        let odd = self.ready().get(call.revision).is_some_and(Build::is_odd);
        let outcome = self.call(call, Export::Handle, || skill::handle((version, odd), turn)).await?;
        match outcome.value {
            Some(outcome) => Ok(Returned { value: Ok(outcome), vault: vec![], took: Duration::ZERO }),
            None => Err(trap(call, "handle")),
        }
    }

    async fn migrate(&self, call: Call<'_>, memory: &Memory) -> Called<Result<Memory, String>> {
        let version = self.memory_version(call.revision);
        self.call(call, Export::Migrate, || Ok(Memory { version, ..memory.clone() })).await
    }
}
