//! One webhook: read by its channel's plugin, made durable, then answered.

use std::sync::Arc;

use sportello_domain::contract::{Exchange, HttpResponse, ReceiveStep, Reception, Webhook};
use sportello_domain::ids::QuarantineId;
use tracing::Instrument;

use crate::catalog::Channel;
use crate::core::Core;
use crate::error::EngineError;
use crate::keys;
use crate::perform::Terms;
use crate::ports::store::{Quarantined, Quarry, RecordedCall, Recording};
use crate::ports::{Call, PluginError, Trust};
use crate::replay::Recorded;
use crate::sabotage::{Sabotage, is_broken};
use crate::turn::micros;

/// A plugin may ask for requests so often before it has to be done.
const MOST_CALLS: usize = 4;

/// So many failures of a plugin over the same body, and a repeating platform is told that it was taken (rule 4).
const STRIKES: u32 = 3;

/// What the platform gets.
#[derive(Clone, Debug)]
pub struct Received {
    /// The response, after the events are durable.
    pub response: HttpResponse,
    /// The response stays open as the server-sent events of this address.
    pub stream: Option<String>,
}

impl Core {
    /// Takes one webhook. When this returns a response, everything in the webhook is durable.
    pub(crate) async fn receive(self: &Arc<Self>, name: &str, webhook: Webhook) -> Result<Received, EngineError> {
        let span = tracing::info_span!("engine.webhook.receive", channel = name, events = tracing::field::Empty);
        async {
            let channel = self.channel(name)?;
            match self.read(&channel, &webhook).await {
                Ok(Reception { response, events, afterwards, stream }) => {
                    tracing::Span::current().record("events", events.len());
                    if !(events.is_empty() && afterwards.is_empty()) {
                        let kept = self.accept(&channel, events, afterwards, None).await;
                        kept.map(drop)
                            .or_else(|error| if is_broken(Sabotage::Acknowledging) { Ok(()) } else { Err(error) })?;
                    }
                    Ok(Received { response, stream })
                }
                Err(EngineError::Plugin(error)) if error.is_defect() => self.strike(&channel, webhook, error).await,
                Err(error) => Err(error),
            }
        }
        .instrument(span)
        .await
    }

    /// Has the plugin read a webhook, performing what it asks for on the way.
    pub(super) async fn read(&self, channel: &Channel, webhook: &Webhook) -> Result<Reception, EngineError> {
        let (now, seed) = (self.now(), self.seed());
        let context = channel.context(now, seed);
        let revision = &channel.revision.id;
        let mut exchanges: Vec<Exchange> = vec![];
        let mut took = 0;
        for _ in 0..MOST_CALLS {
            let call = Call { revision, conversation: None, now, seed, recorded: &[] };
            let returned = match self.ports.plugins.receive(call, &context, webhook, &exchanges).await {
                Ok(returned) => returned,
                Err(error) => {
                    self.shadow.follow(&self.catalog.load(), &channel.name, || None);
                    return Err(error.into());
                }
            };
            took += micros(returned.took);
            match returned.value.map_err(EngineError::Refused)? {
                ReceiveStep::Done(reception) => {
                    let vault = returned.vault;
                    let recording = || Recording {
                        channel: channel.name.clone(),
                        revision: revision.clone(),
                        hook: context.hook.clone(),
                        now,
                        seed,
                        exchanges: exchanges.clone(),
                        vault: vault.clone(),
                        call: RecordedCall::Received { request: webhook.clone(), reception: reception.clone() },
                        took,
                    };
                    if self.recorder.has_room(&channel.name, "receive") {
                        self.recorder.record(recording(), self.journal_body);
                    }
                    let recorded = || {
                        let recording = recording();
                        let marks = self.marker().recording(&recording);
                        Some((Recorded::Channel(Box::new(recording)), marks))
                    };
                    self.shadow.follow(&self.catalog.load(), &channel.name, recorded);
                    return Ok(reception);
                }
                ReceiveStep::Perform(requests) => {
                    let terms = Terms { revision, trust: Trust::Stranger, not_after: None, cause: None };
                    exchanges.extend(self.perform(terms, requests).await);
                }
            }
        }
        let message = format!("`receive` asked for requests {MOST_CALLS} times and was not done");
        Err(PluginError::Trap { revision: revision.clone(), function: "receive", message }.into())
    }

    /// A platform that repeats gets another chance twice; then, and at once for one that does not repeat, the raw webhook
    /// is kept for the day when the plugin is mended, and taken as far as the platform is concerned (rule 4).
    async fn strike(&self, channel: &Channel, webhook: Webhook, error: PluginError) -> Result<Received, EngineError> {
        let now = self.now();
        if channel.description.redelivery.is_some() {
            let strikes = self.ports.store.strike(&channel.name, keys::body(&self.key, &webhook.body), now).await?;
            if strikes < STRIKES {
                tracing::warn!(channel = channel.name, strikes, %error, "a webhook could not be read; the platform will repeat it");
                return Err(error.into());
            }
        }
        let id = QuarantineId::new(now, self.bits());
        tracing::error!(channel = channel.name, quarantine = %id, %error, "a webhook could not be read and is in quarantine");
        metrics::counter!("sportello_quarantined_total", "channel" => channel.name.clone()).increment(1);
        let item = Quarantined {
            id,
            channel: channel.name.clone(),
            what: Quarry::Webhook(webhook),
            reason: error.to_string(),
            at: now,
        };
        self.ports.store.quarantine(item).await?;
        Ok(Received { response: HttpResponse { status: 200, ..HttpResponse::default() }, stream: None })
    }
}
