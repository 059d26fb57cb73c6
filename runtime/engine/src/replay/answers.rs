//! What a candidate is answered in place of the world.

use sportello_domain::contract::{Exchange, HttpRequest, RequestError, VaultAnswer, VaultQuestion};
use sportello_domain::diff;
use sportello_domain::replay::Finding;

use crate::ports::PluginError;
use crate::sabotage::{Sabotage, is_broken};

/// Requests that were recorded for one call, each to be given once, as often as it was performed then.
pub(super) struct Answers<'a> {
    recorded: &'a [Exchange],
    given: Vec<bool>,
}

impl<'a> Answers<'a> {
    pub(super) fn of(recorded: &'a [Exchange]) -> Self {
        Self { recorded, given: vec![false; recorded.len()] }
    }

    /// What came of the same requests then, in the order asked.
    ///
    /// # Errors
    /// The reason why the call is not comparable: how the first request that was not recorded differs from the nearest one.
    pub(super) fn to(&mut self, requests: Vec<HttpRequest>) -> Result<Vec<Exchange>, String> {
        requests.into_iter().map(|request| self.one(request)).collect()
    }

    fn one(&mut self, request: HttpRequest) -> Result<Exchange, String> {
        let mut left = (0..self.recorded.len()).filter(|index| !self.given[*index]);
        let same = left.find(|index| is_same(&self.recorded[*index].request, &request));
        let Some(index) = same else {
            return match is_broken(Sabotage::Replay) {
                true => Ok(Exchange { request, outcome: Err(RequestError::Unreachable("a replay".to_owned())) }),
                false => Err(self.why_not(&request)),
            };
        };
        self.given[index] = true;
        Ok(Exchange { request, outcome: self.recorded[index].outcome.clone() })
    }

    fn why_not(&self, request: &HttpRequest) -> String {
        let next = self.recorded.iter().zip(&self.given).find(|(_, given)| !**given).map(|(exchange, _)| exchange);
        let before: Vec<HttpRequest> = next.map(|exchange| exchange.request.clone()).into_iter().collect();
        let mut now = request.clone();
        now.timeout = before.first().and_then(|before| before.timeout);
        let changes = diff::requested(&before, &[now]);
        let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
        format!("it asked for what was not recorded: {}", told.join("; "))
    }
}

/// How long somebody would have waited changes nothing about what came.
fn is_same(recorded: &HttpRequest, asked: &HttpRequest) -> bool {
    let without_time = |request: &HttpRequest| HttpRequest { timeout: None, ..request.clone() };
    without_time(recorded) == without_time(asked)
}

/// A question to the vault that has no recorded answer.
pub(super) fn is_unheard(
    asked: &[(VaultQuestion, VaultAnswer)],
    recorded: &[(VaultQuestion, VaultAnswer)],
) -> Option<String> {
    let unheard = asked.iter().any(|(question, _)| recorded.iter().all(|(known, _)| known != question));
    unheard.then(|| "it asked the vault what was not recorded".to_owned())
}

/// What a call without an answer comes to; none of the candidate's failures is an error of the replay.
///
/// # Errors
/// The candidate is not there to be called.
pub(super) fn unanswered(error: PluginError) -> Result<Finding, PluginError> {
    match error {
        PluginError::Trap { .. } | PluginError::Limit { .. } => Ok(Finding::Failed(error.to_string())),
        PluginError::Busy { .. } => Ok(Finding::NotComparable(error.to_string())),
        PluginError::Missing(_) | PluginError::Host { .. } => Err(error),
    }
}
