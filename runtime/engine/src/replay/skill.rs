//! A skill on a recorded turn, with what it kept (rules 18 and 19).

use sportello_domain::{
    Instant,
    contract::{Effect, Failure, Memory, Outcome, Turn},
    diff,
    replay::{Finding, Replayed},
};

use super::Candidate;
use super::answers::{Answers, is_unheard, unanswered};
use crate::ports::store::{StepEntry, StepResult};
use crate::ports::{Call, PluginError, Plugins};
use crate::turn::{MOST_CALLS, micros};

/// One recorded turn, given to a candidate.
struct Rerun<'a> {
    plugins: &'a dyn Plugins,
    candidate: Candidate<'a>,
    entry: &'a StepEntry,
    /// Microseconds that the candidate took so far.
    took: u64,
}

/// Why a turn has no answer to compare.
enum Stop {
    /// That is what came of it.
    Found(Finding),
    /// The candidate is not there to be called.
    Error(PluginError),
}

pub(super) async fn replay(
    plugins: &dyn Plugins,
    candidate: Candidate<'_>,
    call: String,
    at: Instant,
    entry: &StepEntry,
) -> Result<Replayed, PluginError> {
    let mut rerun = Rerun { plugins, candidate, entry, took: 0 };
    let before = entry.took;
    match rerun.compare().await {
        Ok(changes) => Ok(Replayed::compared(call, at, changes, before, rerun.took)),
        Err(Stop::Found(finding)) => Ok(Replayed { call, at, finding, before, now: rerun.took }),
        Err(Stop::Error(error)) => Err(error),
    }
}

impl Rerun<'_> {
    async fn compare(&mut self) -> Result<Vec<diff::Change>, Stop> {
        let not_comparable = |reason: String| Err(Stop::Found(Finding::NotComparable(reason)));
        if let [reason, ..] = &self.entry.left_out[..] {
            return not_comparable(format!("the journal does not keep {reason}"));
        }
        let memory = match &self.entry.input.memory {
            Some(memory) => Some(self.carried_over(memory).await?),
            None => None,
        };
        let answer = self.answer(memory).await?;
        let then = match &self.entry.result {
            StepResult::Broken(_) if answer.is_err() => return not_comparable("it gave up then, too".to_owned()),
            StepResult::Broken(reason) => Err(Failure::Rejected(reason.clone())),
            StepResult::Failure(failure) => Err(failure.clone()),
            StepResult::Pass => Ok(Outcome::Pass),
            StepResult::Effects(effects) => Ok(Outcome::Effects(self.as_kept_now(effects).await?)),
        };
        Ok(diff::handled(&then, &answer))
    }

    /// Calls the candidate, and again with what came of its requests then, until it is done.
    async fn answer(&mut self, memory: Option<Memory>) -> Result<Result<Outcome, Failure>, Stop> {
        let StepEntry { exchanges, vault, .. } = self.entry;
        let mut answers = Answers::of(exchanges);
        let mut turn = Turn { memory, exchanges: vec![], ..self.entry.input.clone() };
        for _ in 0..MOST_CALLS {
            let call = Call { recorded: vault, ..self.call() };
            let returned = match self.plugins.handle(call, &mut turn).await {
                Ok(returned) => returned,
                Err(error) => return Err(self.broken(error)),
            };
            self.took += micros(returned.took);
            if let Some(reason) = is_unheard(&returned.vault, vault) {
                return Err(Stop::Found(Finding::NotComparable(reason)));
            }
            match returned.value {
                Ok(Outcome::Perform(requests)) => match answers.to(requests) {
                    Ok(more) => turn.exchanges.extend(more),
                    Err(reason) => return Err(Stop::Found(Finding::NotComparable(reason))),
                },
                answer => return Ok(answer),
            }
        }
        let reason = format!("it asked for requests {MOST_CALLS} times and was not done");
        Err(Stop::Found(Finding::Failed(reason)))
    }

    /// What was kept, in the version that the candidate reads.
    async fn carried_over(&self, memory: &Memory) -> Result<Memory, Stop> {
        let own = self.candidate.memory_version;
        let failed = |reason: String| Stop::Found(Finding::Failed(reason));
        match memory.version {
            version if version == own => Ok(memory.clone()),
            version if version > own => {
                Err(failed(format!("what was kept is of version {version}, and the candidate reads {own} at most")))
            }
            version => match self.plugins.migrate(self.call(), memory).await {
                Ok(returned) => returned
                    .value
                    .map_err(|reason| failed(format!("it does not carry over memory of version {version}: {reason}"))),
                Err(error) => Err(self.broken(error)),
            },
        }
    }

    /// What the skill kept then, carried over too: that a newer version writes newer memory is no difference by itself.
    async fn as_kept_now(&self, effects: &[Effect]) -> Result<Vec<Effect>, Stop> {
        let mut now = Vec::with_capacity(effects.len());
        for effect in effects {
            now.push(match effect {
                Effect::Remember(memory) if memory.version < self.candidate.memory_version => {
                    Effect::Remember(self.carried_over(memory).await?)
                }
                effect => effect.clone(),
            });
        }
        Ok(now)
    }

    fn call(&self) -> Call<'_> {
        let Turn { now, seed, .. } = self.entry.input;
        Call { revision: self.candidate.revision, conversation: None, now, seed, recorded: &[] }
    }

    /// A turn over which the skill broke then as well says nothing about the candidate.
    fn broken(&self, error: PluginError) -> Stop {
        match (unanswered(error), &self.entry.result) {
            (Ok(Finding::Failed(_)), StepResult::Broken(reason)) => {
                Stop::Found(Finding::NotComparable(format!("it failed then, too: {reason}")))
            }
            (Ok(finding), _) => Stop::Found(finding),
            (Err(error), _) => Stop::Error(error),
        }
    }
}
