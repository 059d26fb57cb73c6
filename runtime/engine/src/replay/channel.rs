//! A channel on a recorded webhook or delivery (rules 17 and 19).

use sportello_domain::{
    contract::{Context, Delivery, ReceiveStep, Reception, SendStep, Webhook},
    diff::{self, Change},
    replay::{Finding, Replayed},
};

use super::Candidate;
use super::answers::{Answers, is_unheard, unanswered};
use crate::ports::store::{RecordedCall, Recording};
use crate::ports::{Call, Called, PluginError, Plugins};
use crate::turn::{MOST_CALLS, micros};

/// One recorded call, given to a candidate.
struct Rerun<'a> {
    plugins: &'a dyn Plugins,
    candidate: Candidate<'a>,
    recording: &'a Recording,
    context: Context,
    answers: Answers<'a>,
    /// Microseconds that the candidate took so far.
    took: u64,
}

/// What a call came to: what is to be compared, or what was found instead.
type Came<T> = Result<T, Finding>;

pub(super) async fn replay(
    plugins: &dyn Plugins,
    candidate: Candidate<'_>,
    recording: &Recording,
) -> Result<Replayed, PluginError> {
    let Recording { hook, now, seed, exchanges, .. } = recording;
    let context = Context { settings: candidate.settings.clone(), hook: hook.clone(), now: *now, seed: *seed };
    let mut rerun = Rerun { plugins, candidate, recording, context, answers: Answers::of(exchanges), took: 0 };
    let (call, came) = match &recording.call {
        RecordedCall::Received { request, reception } => {
            (format!("webhook at {now}"), rerun.receive(request, reception).await?)
        }
        RecordedCall::Sent { delivery, result } => {
            let then = result.clone().map(SendStep::Done);
            let now = rerun.send(delivery).await?;
            (format!("delivery {}", delivery.id), now.map(|now| diff::sent(&then, &now)))
        }
    };
    let before = recording.took;
    Ok(match came {
        Ok(changes) => Replayed::compared(call, *now, changes, before, rerun.took),
        Err(finding) => Replayed { call, at: *now, finding, before, now: rerun.took },
    })
}

impl Rerun<'_> {
    async fn receive(&mut self, request: &Webhook, then: &Reception) -> Result<Came<Vec<Change>>, PluginError> {
        let mut exchanges = vec![];
        for _ in 0..MOST_CALLS {
            let called = self.plugins.receive(self.call(), &self.context, request, &exchanges).await;
            let answer = match self.heard(called)? {
                Ok(answer) => answer,
                Err(finding) => return Ok(Err(finding)),
            };
            match answer {
                Ok(ReceiveStep::Perform(requests)) => match self.answers.to(requests) {
                    Ok(more) => exchanges.extend(more),
                    Err(reason) => return Ok(Err(Finding::NotComparable(reason))),
                },
                answer => {
                    let nothing = Reception { events: vec![], ..then.clone() };
                    let now = if let Ok(ReceiveStep::Done(now)) = &answer { now } else { &nothing };
                    let others = diff::other_events(then, now);
                    if !others.is_empty() {
                        return Ok(Err(Finding::OtherEvents(others)));
                    }
                    return Ok(Ok(diff::received(&Ok(ReceiveStep::Done(then.clone())), &answer)));
                }
            }
        }
        Ok(Err(restless()))
    }

    async fn send(
        &mut self,
        delivery: &Delivery,
    ) -> Result<Came<Result<SendStep, sportello_domain::contract::Failure>>, PluginError> {
        let mut exchanges = vec![];
        for _ in 0..MOST_CALLS {
            let called = self.plugins.send(self.call(), &self.context, delivery, &exchanges).await;
            match self.heard(called)? {
                Ok(Ok(SendStep::Perform(requests))) => match self.answers.to(requests) {
                    Ok(more) => exchanges.extend(more),
                    Err(reason) => return Ok(Err(Finding::NotComparable(reason))),
                },
                came => return Ok(came),
            }
        }
        Ok(Err(restless()))
    }

    fn call(&self) -> Call<'_> {
        let Recording { now, seed, vault, .. } = self.recording;
        Call { revision: self.candidate.revision, conversation: None, now: *now, seed: *seed, recorded: vault }
    }

    /// An answer that rests on nothing but what was recorded.
    fn heard<T>(&mut self, called: Called<T>) -> Result<Came<T>, PluginError> {
        match called {
            Err(error) => unanswered(error).map(Err),
            Ok(returned) => {
                self.took += micros(returned.took);
                let unheard = is_unheard(&returned.vault, &self.recording.vault);
                Ok(unheard.map_or(Ok(returned.value), |reason| Err(Finding::NotComparable(reason))))
            }
        }
    }
}

fn restless() -> Finding {
    Finding::Failed(format!("it asked for requests {MOST_CALLS} times and was not done"))
}
