//! Walking the route that the domain decides: greeting, then one skill after the other until one does not pass, in the end a
//! person.

use std::sync::Arc;

use sportello_domain::{
    Instant,
    contract::{Customer, HandOver, Happening, Purpose, Trigger, Turn},
    guard::Metric,
    inbox::Arrival,
    revision::RevisionId,
    routing::{self, Candidate, Route},
};

use super::effects::Draft;
use super::facts::{Facts, Progress};
use super::step::{Planned, Step};
use super::understand::message;
use crate::catalog::{Catalog, Channel, Skill};
use crate::core::Core;
use crate::ports::store::{StepResult, Stored, TurnOutcome};
use crate::sabotage::{Sabotage, is_broken};

/// A try to run a turn lasts so long at most, requests included (rule 9); milliseconds. Each claim is another try: a turn that is
/// entered again after a crash is not over because the host was down.
const LONGEST: Instant = 60_000;

/// A turn on its way.
pub(super) struct Run<'a> {
    core: &'a Arc<Core>,
    pub(super) catalog: &'a Catalog,
    pub(super) facts: Facts,
    progress: Progress,
    /// Steps that a frozen turn had done before.
    done_before: usize,
    /// Steps that this try has come through, done before or not: so many of all that the progress holds.
    done: usize,
    /// A person took over while an earlier try of it ran.
    overtaken: bool,
    pub(super) draft: Draft,
    deadline: Instant,
}

/// What a step came to, for the plan.
enum Came {
    /// The turn is over.
    Answered,
    /// The next one is to be asked.
    Passed,
    /// A person is wanted.
    Person(HandOver),
    /// The host could not call it now.
    Later,
}

/// What is to serve a skill.
enum Serving {
    Skill(Arc<Skill>),
    /// It is not ready here yet.
    Awaited,
    /// Nothing is, for this reason.
    Nothing(String),
}

impl<'a> Run<'a> {
    pub(super) fn new(
        core: &'a Arc<Core>,
        catalog: &'a Catalog,
        channel: &'a Arc<Channel>,
        facts: Facts,
        resumed: Option<Progress>,
        overtaken: bool,
    ) -> Self {
        let progress = resumed.unwrap_or_default();
        let draft = Draft::new(core, &facts, Arc::clone(channel));
        let longest = if is_broken(Sabotage::TurnLimit) { LONGEST * 100 } else { LONGEST };
        let deadline = core.ports.clock.boot() + longest;
        let done_before = progress.steps.len();
        Self { core, catalog, done_before, done: 0, facts, progress, overtaken, draft, deadline }
    }

    /// Runs the turn; none where the host could not, for its own reasons.
    pub(super) async fn run(mut self) -> Stored<Option<Draft>> {
        if !self.facts.item.answerable {
            self.draft.end(TurnOutcome::Noted, "older than deduplication remembers: kept, not answered");
            return Ok(Some(self.draft));
        }
        if self.facts.stale {
            self.draft.end(TurnOutcome::Noted, "the schedule was cancelled or replaced after it came due");
            return Ok(Some(self.draft));
        }
        if self.progress.analysis.is_none() && self.facts.conversation.owner.is_bot() {
            self.progress.analysis = self.core.understand(self.catalog.nlu.as_deref(), &self.facts).await;
        }
        let Self { catalog, .. } = self;
        let analysis = self.progress.analysis.as_ref().and_then(|entry| entry.analysis.as_ref().ok());
        let told = message(&self.facts.item.arrival).and_then(|message| message.sender.locale.as_deref());
        self.draft.locale = routing::language(&self.facts.conversation, analysis, told, &catalog.policy);
        let route = routing::route(&self.facts.conversation, &self.facts.item.arrival, analysis, &catalog.policy);

        let wanted = match route {
            Route::Nobody(reason) => {
                self.stand_back(reason);
                None
            }
            Route::Person(hand_over) => Some(hand_over),
            Route::Skills { greeting, chain, otherwise } => {
                if let Some(skill) = greeting
                    && let Came::Later =
                        self.ask(&Candidate { skill, purpose: Purpose::Greeting, drafts: false }).await?
                {
                    return Ok(None);
                }
                match self.ask_in_turn(chain, otherwise).await? {
                    Came::Later => return Ok(None),
                    Came::Person(hand_over) => Some(hand_over),
                    Came::Answered | Came::Passed => None,
                }
            }
        };
        if let Some(hand_over) = wanted
            && let Came::Later = self.hand_over(hand_over).await?
        {
            return Ok(None);
        }
        Ok(Some(self.into_draft()))
    }

    /// A person has the conversation, or nothing is to be said.
    fn stand_back(&mut self, reason: &'static str) {
        self.done = self.progress.steps.len();
        let begun = self.draft.note_begun(self.core, &self.progress.steps, &self.progress.exchanges);
        let outcome = match (begun, self.overtaken) {
            (true, _) => TurnOutcome::Abandoned,
            (false, true) => TurnOutcome::Superseded,
            (false, false) => TurnOutcome::Noted,
        };
        self.draft.end(outcome, reason);
    }

    async fn ask_in_turn(&mut self, chain: Vec<Candidate>, otherwise: HandOver) -> Stored<Came> {
        for candidate in chain {
            match self.ask(&candidate).await? {
                Came::Passed if candidate.purpose == Purpose::Dialogue => self.draft.end_dialogue(&candidate.skill),
                Came::Passed => {}
                came => {
                    self.draft.count_understanding(candidate.purpose);
                    return Ok(came);
                }
            }
        }
        Ok(match message(&self.facts.item.arrival) {
            Some(_) => Came::Person(otherwise),
            None => Came::Answered,
        })
    }

    /// Asks one skill and drafts its effects.
    async fn ask(&mut self, candidate: &Candidate) -> Stored<Came> {
        let Candidate { skill, purpose, drafts } = candidate;
        let configured = match self.serving(skill).await? {
            Serving::Skill(configured) => configured,
            Serving::Awaited => return Ok(Came::Later),
            Serving::Nothing(reason) => {
                self.draft.note_begun(self.core, &self.progress.steps[..self.done], &self.progress.exchanges);
                return Ok(Came::Person(because(reason)));
            }
        };
        let turn = match self.turn(skill, &configured, *purpose, self.trigger(skill)).await {
            Ok(turn) => turn,
            Err(reason) => return Ok(Came::Person(because(reason))),
        };
        let Some(result) = self.step(skill, &configured, turn, *drafts).await? else { return Ok(Came::Later) };
        Ok(match result {
            StepResult::Pass => Came::Passed,
            StepResult::Effects(effects) if *drafts => {
                let wanted = self.draft.suggest(self.core, skill, effects);
                Came::Person(
                    wanted.unwrap_or_else(|| because(format!("an answer of the skill `{skill}` is to be checked"))),
                )
            }
            StepResult::Effects(effects) => {
                match self.draft.apply(self.core, self.catalog, skill, &configured, effects) {
                    Some(hand_over) => Came::Person(hand_over),
                    None => Came::Answered,
                }
            }
            // A greeting is a courtesy: without it the answer still counts.
            StepResult::Failure(_) | StepResult::Broken(_) if *purpose == Purpose::Greeting => Came::Passed,
            StepResult::Failure(failure) => Came::Person(because(format!("the skill `{skill}` gave up: {failure}"))),
            StepResult::Broken(reason) if self.draft.note_begun(self.core, &self.progress.steps[..self.done], &[]) => {
                Came::Person(because(format!("the skill `{skill}` failed halfway: {reason}")))
            }
            StepResult::Broken(reason) => Came::Person(because(format!("the skill `{skill}` failed: {reason}"))),
        })
    }

    /// Tells the customer that a person takes over: by the configured skill, else in the host's own words.
    async fn hand_over(&mut self, hand_over: HandOver) -> Stored<Came> {
        self.draft.hand_over(self.catalog, &hand_over);
        let policy = &self.catalog.policy;
        let serving = match &policy.hand_over {
            Some(skill) => Some((skill.clone(), self.serving(skill).await?)),
            None => None,
        };
        let (skill, configured) = match serving {
            Some((skill, Serving::Skill(configured))) => (skill, configured),
            Some((_, Serving::Awaited)) => return Ok(Came::Later),
            Some((_, Serving::Nothing(_))) | None => {
                self.draft.say_handing_over(self.core);
                return Ok(Came::Answered);
            }
        };
        let trigger = Trigger::HandingOver(hand_over);
        let said = match self.turn(&skill, &configured, Purpose::HandOver, trigger).await {
            Err(_) => false,
            Ok(turn) => match self.step(&skill, &configured, turn, false).await? {
                None => return Ok(Came::Later),
                Some(StepResult::Effects(effects)) => self.draft.say_only(self.core, &skill, effects),
                Some(_) => false,
            },
        };
        if !said {
            self.draft.say_handing_over(self.core);
        }
        Ok(Came::Answered)
    }

    /// The revision that has the conversation's dialogue, or the one that serves it; of a frozen turn the very one that began
    /// what is not repeatable (rule 8).
    async fn serving(&self, skill: &str) -> Stored<Serving> {
        let is_resumed = self.done == self.done_before && !is_broken(Sabotage::SameRevision);
        let begun = self.progress.under_way.as_ref().filter(|begun| is_resumed && begun.is_of(skill));
        let active = self.facts.conversation.active_skill.as_ref();
        let pin = active.filter(|active| active.name == skill).map(|active| &active.revision);
        if let Some(wanted) = begun.or(pin)
            && self.awaits(skill, wanted).await?
        {
            return Ok(Serving::Awaited);
        }
        let serving = match begun {
            Some(begun) => self.catalog.skill_revision(begun),
            None => self.catalog.skill(skill, self.facts.conversation.id, pin),
        };
        let nothing = || match begun {
            Some(begun) => format!("the skill `{skill}` had begun something as {begun}, which is gone"),
            None => format!("the skill `{skill}` is not configured any more"),
        };
        Ok(serving.cloned().map_or_else(|| Serving::Nothing(nothing()), Serving::Skill))
    }

    /// Whether this node is behind: a revision has dialogues, on other nodes, and is not ready here yet.
    async fn awaits(&self, skill: &str, id: &RevisionId) -> Stored<bool> {
        let Catalog { skills, unfit, .. } = self.catalog;
        if self.catalog.skill_revision(id).is_some() || unfit.contains(id) || !skills.contains_key(skill) {
            return Ok(false);
        }
        let record = self.core.ports.store.revision(id).await?;
        Ok(record.is_some_and(|record| record.state.keeps_dialogues()))
    }

    /// One step, or the recorded one where a frozen turn had done it before.
    async fn step(&mut self, skill: &str, configured: &Skill, turn: Turn, drafts: bool) -> Stored<Option<StepResult>> {
        if self.done < self.done_before {
            return Ok(Some(self.note_step(None)));
        }
        let planned = Planned { skill, revision: &configured.revision, turn, deadline: self.deadline, drafts };
        match self.core.run_step(&self.facts, &mut self.progress, planned).await? {
            Step::Later => Ok(None),
            Step::Done(entry, fault) => {
                self.progress.steps.push(*entry);
                Ok(Some(self.note_step(fault)))
            }
        }
    }

    /// Counts the next step as done; gives its result.
    fn note_step(&mut self, fault: Option<Metric>) -> StepResult {
        let steps = std::mem::take(&mut self.progress.steps);
        let entry = &steps[self.done];
        self.watch(entry, fault);
        let result = entry.result.clone();
        self.progress.steps = steps;
        self.done += 1;
        result
    }

    /// With what was done in the journal.
    fn into_draft(mut self) -> Draft {
        self.progress.steps.truncate(self.done);
        self.draft.journal.steps = self.progress.steps;
        self.draft.journal.analysis = self.progress.analysis;
        self.draft
    }

    fn trigger(&self, skill: &str) -> Trigger {
        match &self.facts.item.arrival {
            Arrival::Scheduled(due) if due.skill == skill => Trigger::Scheduled(due.tag.clone()),
            Arrival::Scheduled(_) | Arrival::HandedBack => Trigger::HandedBack,
            Arrival::Event(event) => match &event.happening {
                Happening::Message(message) => Trigger::Message(message.clone()),
                _ => Trigger::Event(event.clone()),
            },
        }
    }

    /// Everything that a skill may know; an error where what it keeps is not for this version of it (rule 18).
    async fn turn(&self, skill: &str, configured: &Skill, purpose: Purpose, trigger: Trigger) -> Result<Turn, String> {
        let Facts { turn, now, seed, conversation, contact, history, .. } = &self.facts;
        let memory = self.core.remembered(&self.facts, skill, configured).await?;
        let analysis = self.progress.analysis.as_ref().and_then(|entry| entry.analysis.clone().ok());
        Ok(Turn {
            id: turn.to_string(),
            now: *now,
            seed: *seed,
            trigger,
            purpose,
            conversation: conversation.id.to_string(),
            channel: conversation.channel.clone(),
            visibility: conversation.thread.visibility,
            locale: self.draft.locale.clone(),
            customer: Customer {
                id: contact.id.to_string(),
                name: contact.name.clone(),
                locale: contact.locale.clone(),
                verified: contact.verified,
                attributes: contact.attributes.clone(),
            },
            history: history.clone(),
            understanding: analysis,
            opening: self.catalog.opening(&self.catalog.policy.default_queue, *now),
            memory,
            exchanges: vec![],
        })
    }
}

fn because(reason: String) -> HandOver {
    HandOver { reason, ..HandOver::default() }
}
