//! One skill's part in a turn: called, and called again with what came of its requests, until it is done.

use sportello_domain::{
    Instant,
    contract::{Exchange, HttpRequest, Outcome, RequestError, Turn},
    guard::Metric,
    revision::Revision,
};

use super::facts::{Facts, Progress, digest};
use super::journal;
use super::understand::micros;
use super::watch;
use crate::core::Core;
use crate::perform::Terms;
use crate::ports::store::{Cause, Freeze, FrozenIntent, StepEntry, StepResult, StoreError, Stored};
use crate::ports::{Call, PluginError, Trust};

/// A skill may be called again so often in one turn.
pub(crate) const MOST_CALLS: usize = 10;
/// And may ask for so many requests at once.
const MOST_REQUESTS: usize = 8;

/// How a step ended.
pub(super) enum Step {
    /// With an entry of the journal, and what was wrong where no answer came.
    Done(Box<StepEntry>, Option<Metric>),
    /// It could not be called now, for the host's own reasons.
    Later,
}

/// What a step is called with.
pub(super) struct Planned<'a> {
    pub(super) skill: &'a str,
    pub(super) revision: &'a Revision,
    pub(super) turn: Turn,
    /// By the clock that runs on during suspend.
    pub(super) deadline: Instant,
    /// Its answer is a suggestion only, so that nothing may leave that is not repeatable.
    pub(super) drafts: bool,
}

impl Core {
    /// Runs one step. `progress` holds what the step knows already when a frozen turn is entered again, and is empty again
    /// after it.
    pub(super) async fn run_step(&self, facts: &Facts, progress: &mut Progress, planned: Planned<'_>) -> Stored<Step> {
        let Planned { skill, revision, mut turn, deadline, drafts } = planned;
        let Some(_place) = self.turn_shares.enter(skill, facts.conversation.id) else { return Ok(Step::Later) };
        let mut took = 0;
        let mut result = None;
        let mut fault = None;
        for _ in 0..MOST_CALLS {
            if self.ports.clock.boot() >= deadline {
                result = Some(StepResult::Broken("the turn took longer than a turn may".to_owned()));
                fault = Some(Metric::TimeOut);
                break;
            }
            turn.exchanges.clone_from(&progress.exchanges);
            let call = Call {
                revision: &revision.id,
                conversation: Some(facts.conversation.id),
                now: facts.now,
                seed: facts.seed,
                recorded: &progress.vault,
            };
            let returned = match self.ports.plugins.handle(call, &mut turn).await {
                Ok(returned) => returned,
                Err(PluginError::Busy { .. } | PluginError::Host { .. }) if progress.exchanges.is_empty() => {
                    return Ok(Step::Later);
                }
                Err(error) => {
                    tracing::error!(skill, %error, "a skill failed; a person takes over");
                    fault = Some(watch::fault(&error));
                    result = Some(StepResult::Broken(error.to_string()));
                    break;
                }
            };
            took += micros(returned.took);
            progress.vault = returned.vault;
            result = match returned.value {
                Ok(Outcome::Effects(effects)) => Some(StepResult::Effects(effects)),
                Ok(Outcome::Pass) => Some(StepResult::Pass),
                Err(failure) => Some(StepResult::Failure(failure)),
                Ok(Outcome::Perform(requests)) if drafts && requests.iter().any(|request| !request.repeatable) => {
                    Some(StepResult::Broken("what is not repeatable is left to people here".to_owned()))
                }
                Ok(Outcome::Perform(requests)) => {
                    self.perform_for(facts, progress, revision, requests, deadline).await?.map(StepResult::Broken)
                }
            };
            if result.is_some() {
                break;
            }
        }
        turn.exchanges = vec![];
        let mut entry = StepEntry {
            skill: skill.to_owned(),
            revision: revision.id.clone(),
            input: turn,
            exchanges: std::mem::take(&mut progress.exchanges),
            vault: std::mem::take(&mut progress.vault),
            left_out: vec![],
            result: result.unwrap_or_else(|| {
                StepResult::Broken(format!("it asked for requests {MOST_CALLS} times and was not done"))
            }),
            took,
        };
        journal::trim(&mut entry, self.journal_body);
        Ok(Step::Done(Box::new(entry), fault))
    }

    /// Performs a skill's requests and adds the exchanges; gives what is wrong with them, where something is.
    async fn perform_for(
        &self,
        facts: &Facts,
        progress: &mut Progress,
        revision: &Revision,
        requests: Vec<HttpRequest>,
        deadline: Instant,
    ) -> Stored<Option<String>> {
        if requests.is_empty() || requests.len() > MOST_REQUESTS {
            return Ok(Some(format!(
                "it asked for {} requests at once: 1 to {MOST_REQUESTS} are possible",
                requests.len()
            )));
        }
        let single = requests.len() == 1;
        let once_only = requests.iter().any(|request| !request.repeatable);
        if once_only && !single {
            return Ok(Some("requests that are not repeatable go one at a time".to_owned()));
        }
        let cause = Some(Cause::Conversation(facts.conversation.id));
        let terms = Terms { revision: &revision.id, trust: Trust::Ours, not_after: Some(deadline), cause };
        if !once_only {
            progress.requests += u32::try_from(requests.len()).unwrap_or(u32::MAX);
            let within = requests.iter().map(|request| self.within(deadline, request)).collect();
            let performed = self.perform(terms, within).await.into_iter().zip(requests);
            let as_asked = performed.map(|(exchange, request)| Exchange { request, outcome: exchange.outcome });
            progress.exchanges.extend(as_asked);
            return Ok(None);
        }
        for request in requests {
            let outcome = match self.perform_once(facts, progress, terms, deadline, &request).await {
                Err(StoreError::Conflict(reason)) => return Ok(Some(reason)),
                outcome => outcome?,
            };
            progress.requests += 1;
            progress.exchanges.push(Exchange { request, outcome });
        }
        Ok(None)
    }

    /// A request that ends with its turn. The skill is told of it as it asked, or it would look like another one.
    fn within(&self, deadline: Instant, request: &HttpRequest) -> HttpRequest {
        let left = u32::try_from(deadline.saturating_sub(self.ports.clock.boot())).unwrap_or(u32::MAX);
        HttpRequest { timeout: Some(request.timeout.map_or(left, |asked| asked.min(left))), ..request.clone() }
    }

    /// Makes everything durable, then lets the request leave: at most once, whatever happens (rules 7 and 8).
    async fn perform_once(
        &self,
        facts: &Facts,
        progress: &Progress,
        terms: Terms<'_>,
        deadline: Instant,
        request: &HttpRequest,
    ) -> Stored<Result<sportello_domain::contract::HttpResponse, RequestError>> {
        let position = progress.requests;
        let (conversation, lane_token) = (facts.conversation.id, facts.conversation.lane_token);
        let intent = FrozenIntent { position, digest: digest(request)?, request: request.clone(), outcome: None };
        let input = facts.freeze(progress)?;
        let freeze = Freeze {
            conversation,
            lane_token,
            seq: facts.item.seq,
            turn: facts.turn,
            revision: terms.revision.clone(),
            input,
            intent,
        };
        self.ports.store.freeze(freeze).await?;
        let outcome = self.perform_one(terms, &self.within(deadline, request)).await;
        self.ports.store.settle(conversation, lane_token, facts.turn, position, outcome.clone()).await?;
        Ok(outcome)
    }
}
