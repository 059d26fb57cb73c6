//! What the guard of a candidate wants to know of a turn (rule 17).

use sportello_domain::{
    contract::Effect,
    guard::Metric,
    revision::{Candidate, Mode},
};

use super::plan::Run;
use crate::catalog::{Part, Trial};
use crate::ports::store::{StepEntry, StepResult, Watched};
use crate::ports::{Limit, PluginError};

impl Run<'_> {
    /// Notes what happened in a step, where the skill is one of which a candidate is tried, and the step was one of either arm.
    pub(super) fn watch(&mut self, entry: &StepEntry, fault: Option<Metric>) {
        let Some(Trial { candidate, part: Part::Skill(_) }) = self.catalog.trials.get(&entry.skill) else { return };
        let Candidate { revision, mode: Mode::Canary(_), trial, stage, slow_above, .. } = candidate else { return };
        let is_candidate = entry.revision == *revision;
        let is_active =
            self.catalog.skills.get(&entry.skill).is_some_and(|active| active.revision.id == entry.revision);
        if !is_candidate && !is_active {
            return;
        }
        let active = self.facts.conversation.active_skill.as_ref();
        let goes_on = active.is_some_and(|active| active.name == entry.skill);
        let wants_person = matches!(&entry.result, StepResult::Effects(effects)
            if effects.iter().any(|effect| matches!(effect, Effect::HandOver(_))));
        let gave_up = fault.is_none() && matches!(entry.result, StepResult::Failure(_) | StepResult::Broken(_));
        let happened = [
            fault,
            gave_up.then_some(Metric::Error),
            wants_person.then_some(Metric::HandOver),
            (entry.took > *slow_above).then_some(Metric::Slow),
        ];
        let happened = happened.into_iter().flatten().collect();
        match self.draft.watched.iter_mut().find(|watched| watched.name == entry.skill) {
            Some(watched) => watched.happened.extend::<Vec<Metric>>(happened),
            None => self.draft.watched.push(Watched {
                name: entry.skill.clone(),
                trial: *trial,
                stage: *stage,
                candidate: is_candidate,
                begins: !goes_on,
                happened,
                finished: false,
            }),
        }
    }
}

/// As what a guard counts it that no answer came.
pub(crate) fn fault(error: &PluginError) -> Metric {
    match error {
        PluginError::Limit { limit: Limit::Cpu | Limit::WallClock, .. } => Metric::TimeOut,
        PluginError::Trap { .. } | PluginError::Limit { .. } => Metric::Trap,
        _ => Metric::Error,
    }
}
