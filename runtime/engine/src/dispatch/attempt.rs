//! One attempt at one delivery: the plugin says what to request, the carrier requests it, the plugin reads the answer.

use sportello_domain::Instant;
use sportello_domain::contract::{Delivery, Exchange, Failure, LONGEST_ID, Receipt, RequestError, SendStep};
use sportello_domain::guard::Metric;

use crate::catalog::Channel;
use crate::core::Core;
use crate::perform::Terms;
use crate::ports::store::{Cause, RecordedCall, Recording, Sending};
use crate::ports::{Call, PluginError, Returned, Trust};
use crate::sabotage::{Sabotage, is_broken};
use crate::turn::{fault, micros};

/// A plugin may ask for requests so often before it has to be done.
const MOST_CALLS: usize = 8;

/// What came of an attempt.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) result: Result<Receipt, Failure>,
    /// A request that is not repeatable may have been acted on, and nobody knows.
    pub(super) uncertain: bool,
    /// The plugin gave no answer, for this reason.
    pub(super) fault: Option<Metric>,
    /// Microseconds of the plugin's calls.
    pub(super) took: u64,
}

/// How far an attempt has come.
#[derive(Default)]
struct Progress {
    exchanges: Vec<Exchange>,
    fault: Option<Metric>,
    took: u64,
}

impl Core {
    /// Has one delivery sent. What is `uncertain` stays so, whatever the plugin makes of it (rule 13).
    pub(super) async fn attempt(&self, channel: &Channel, sending: &Sending, not_after: Instant) -> Attempt {
        let delivery = Delivery {
            id: sending.item.id.to_string(),
            account: sending.account.clone(),
            thread: sending.thread.clone(),
            author: sending.item.author.clone(),
            act: sending.item.act.clone(),
        };
        let mut progress = Progress::default();
        let result = self.send_until_done(channel, sending, &delivery, not_after, &mut progress).await;
        let Progress { exchanges, fault, took } = progress;
        let mut once_only = exchanges.iter().filter(|exchange| !exchange.request.repeatable);
        let uncertain = once_only
            .any(|exchange| matches!(exchange.outcome, Err(RequestError::Unknown(_) | RequestError::TooLarge)));
        match result {
            Ok(result) => Attempt { result, uncertain, fault, took },
            // What broke after the platform may have acted is no reason to act again.
            Err(reason) => {
                let acted = exchanges.iter().any(|exchange| !exchange.request.repeatable && exchange.outcome.is_ok());
                Attempt { result: Err(reason), uncertain: uncertain || acted, fault, took }
            }
        }
    }

    /// The inner result is the plugin's, the outer one the host's.
    async fn send_until_done(
        &self,
        channel: &Channel,
        sending: &Sending,
        delivery: &Delivery,
        not_after: Instant,
        progress: &mut Progress,
    ) -> Result<Result<Receipt, Failure>, Failure> {
        let (now, seed) = (self.now(), self.seed());
        let context = channel.context(now, seed);
        let revision = &channel.revision.id;
        let Progress { exchanges, fault: broken, took } = progress;
        let mut once_only = 0;
        let record = |result: Result<Receipt, Failure>, exchanges: &[Exchange], vault, took| {
            if !delivery.act.is_sign() && self.recorder.has_room(&channel.name, "send") {
                let call = RecordedCall::Sent { delivery: delivery.clone(), result: result.clone() };
                let (channel, hook) = (channel.name.clone(), channel.hook.clone());
                let (revision, exchanges) = (revision.clone(), exchanges.to_vec());
                let recording = Recording { channel, revision, hook, now, seed, exchanges, vault, call, took };
                self.recorder.record(recording, self.journal_body);
            }
            result
        };
        for _ in 0..MOST_CALLS {
            let call = Call { revision, conversation: Some(sending.item.conversation), now, seed, recorded: &[] };
            let Returned { value: step, vault, took: lasted } =
                match self.ports.plugins.send(call, &context, delivery, exchanges).await {
                    Ok(returned) => returned,
                    Err(error @ (PluginError::Busy { .. } | PluginError::Host { .. })) => {
                        tracing::warn!(%error, "a delivery has to wait");
                        return Err(Failure::Retry(None));
                    }
                    Err(error) => {
                        tracing::error!(%error, "a channel's plugin failed over a delivery");
                        *broken = Some(fault(&error));
                        return Err(Failure::Rejected(error.to_string()));
                    }
                };
            *took += micros(lasted);
            match step {
                Err(failure) => return Ok(record(Err(failure), exchanges, vault, *took)),
                Ok(SendStep::Done(receipt)) => return Ok(record(Ok(findable(receipt)), exchanges, vault, *took)),
                Ok(SendStep::Perform(requests)) => {
                    once_only += requests.iter().filter(|request| !request.repeatable).count();
                    if once_only > 1 {
                        let reason = "the plugin asked for a second request that is not repeatable; a delivery has one";
                        return Err(Failure::Rejected(reason.to_owned()));
                    }
                    let not_after = if is_broken(Sabotage::Deadline) { None } else { Some(not_after) };
                    let cause = Some(Cause::Delivery(sending.item.id));
                    let terms = Terms { revision, trust: Trust::Ours, not_after, cause };
                    exchanges.extend(self.perform(terms, requests).await);
                }
            }
        }
        Err(Failure::Rejected(format!("the plugin asked for requests {MOST_CALLS} times and was not done")))
    }
}

/// Without the ids of messages that could not be looked up by: it was sent all the same, only that nothing is heard of it any more.
fn findable(mut receipt: Receipt) -> Receipt {
    receipt.message_ids.retain(|id| {
        let is_short = id.len() <= LONGEST_ID;
        if !is_short {
            tracing::error!(bytes = id.len(), "the platform's id of a message is too long to be kept");
        }
        is_short
    });
    receipt
}
