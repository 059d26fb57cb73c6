//! Platforms that are asked for news.

use std::sync::Arc;
use std::time::Duration;

use sportello_domain::contract::{Exchange, Failure, PollStep, Polled};
use tokio_util::sync::CancellationToken;

use crate::catalog::Channel;
use crate::core::Core;
use crate::error::EngineError;
use crate::perform::Terms;
use crate::ports::store::{CursorMove, StoreError};
use crate::ports::{Call, PluginError, Trust};

/// A plugin may ask for requests so often before it has to be done.
const MOST_CALLS: usize = 4;
/// How long to wait after a poll that failed, milliseconds.
const AFTER_FAILURE: u64 = 10_000;

/// How long to leave a channel to the node that polls it, milliseconds.
const ELSEWHERE: u64 = 1_000;

enum Outcome {
    Taken,
    /// Ask again after so many milliseconds.
    Later(u64),
}

impl Core {
    /// Asks a channel for news again and again, until it is stopped.
    pub(crate) async fn poll(self: Arc<Self>, name: String, stop: CancellationToken) {
        loop {
            let Ok(channel) = self.channel(&name) else { return };
            let pause = u64::from(channel.description.poll_every.unwrap_or(1_000));
            let wait = match self.poll_once(&channel).await {
                Ok(Outcome::Taken) => pause,
                Ok(Outcome::Later(wait)) => wait.max(pause),
                Err(error) => {
                    tracing::warn!(channel = name, %error, "a poll failed");
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_millis(wait)) => {}
                () = stop.cancelled() => return,
            }
        }
    }

    async fn poll_once(self: &Arc<Self>, channel: &Channel) -> Result<Outcome, EngineError> {
        if !self.ports.store.polls_here(&channel.name).await? {
            return Ok(Outcome::Later(ELSEWHERE));
        }
        let cursor = self.ports.store.cursor(&channel.name).await?;
        let Polled { cursor: to, events } = match self.ask(channel, cursor.as_deref()).await? {
            Ok(polled) => polled,
            Err(Failure::Retry(wait) | Failure::Throttled(wait)) => {
                return Ok(Outcome::Later(wait.unwrap_or(AFTER_FAILURE)));
            }
            Err(failure) => {
                tracing::error!(channel = channel.name, %failure, "the platform refuses to be polled");
                return Ok(Outcome::Later(AFTER_FAILURE));
            }
        };
        if events.is_empty() && to == cursor {
            return Ok(Outcome::Taken);
        }
        match self.accept(channel, events, vec![], Some(CursorMove { from: cursor, to })).await {
            // Another node was quicker with the same news.
            Ok(_) | Err(EngineError::Store(StoreError::CursorMoved)) => Ok(Outcome::Taken),
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, channel: &Channel, cursor: Option<&str>) -> Result<Result<Polled, Failure>, EngineError> {
        let (now, seed) = (self.now(), self.seed());
        let context = channel.context(now, seed);
        let revision = &channel.revision.id;
        let mut exchanges: Vec<Exchange> = vec![];
        for _ in 0..MOST_CALLS {
            let call = Call { revision, conversation: None, now, seed, recorded: &[] };
            match self.ports.plugins.poll(call, &context, cursor, &exchanges).await?.value {
                Err(failure) => return Ok(Err(failure)),
                Ok(PollStep::Done(polled)) => return Ok(Ok(polled)),
                Ok(PollStep::Perform(requests)) => {
                    let terms = Terms { revision, trust: Trust::Ours, not_after: None, cause: None };
                    exchanges.extend(self.perform(terms, requests).await);
                }
            }
        }
        let message = format!("`poll` asked for requests {MOST_CALLS} times and was not done");
        Err(PluginError::Trap { revision: revision.clone(), function: "poll", message }.into())
    }
}
