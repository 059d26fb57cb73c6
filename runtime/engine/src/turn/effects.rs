//! What a turn wants done, gathered into one commit.

use std::sync::Arc;

use sportello_domain::{
    Instant,
    contract::{Ability, Act, Author, Content, Effect, Exchange, HandOver, Happening, HttpRequest, Purpose, Say, Task},
    conversation::{ActiveSkill, Owner, Voice, Waiting},
    expiry, fit,
    guard::Metric,
    ids::{ConversationId, DeliveryId, MessageId, ScheduleId, TurnId},
    inbox::Arrival,
    notices::{self, Notice},
    routing::Policy,
};

use super::facts::Facts;
use crate::catalog::{Catalog, Channel, Skill};
use crate::core::Core;
use crate::life::is_instructive;
use crate::ports::store::{
    Journal, Look, MemoryChange, NewDelivery, NewLine, ScheduleChange, StepEntry, TurnCommit, TurnOutcome, TurnRecord,
    Watched,
};

/// A turn's effects so far.
pub(super) struct Draft {
    channel: Arc<Channel>,
    conversation: ConversationId,
    lane_token: u64,
    owner_epoch: u64,
    turn: TurnId,
    seq: u64,
    started_at: Instant,
    /// By the store's time.
    time: Instant,
    last_customer_at: Option<Instant>,
    outcome: TurnOutcome,
    owner: Option<Owner>,
    active_skill: Option<ActiveSkill>,
    misunderstandings: u32,
    greeted: bool,
    tags: Vec<String>,
    attributes: Vec<(String, Option<String>)>,
    memories: Vec<MemoryChange>,
    schedules: Vec<ScheduleChange>,
    tasks: Vec<Task>,
    lines: Vec<NewLine>,
    deliveries: Vec<NewDelivery>,
    /// What is over is decided when the turn is.
    pub(super) watched: Vec<Watched>,
    misunderstandings_before: u32,
    pub(super) journal: Journal,
    pub(super) locale: String,
}

impl Draft {
    pub(super) fn new(core: &Core, facts: &Facts, channel: Arc<Channel>) -> Self {
        let Facts { turn, now, conversation, item, .. } = facts;
        let mut draft = Self {
            channel,
            conversation: conversation.id,
            lane_token: conversation.lane_token,
            owner_epoch: conversation.owner_epoch,
            turn: *turn,
            seq: item.seq,
            started_at: *now,
            time: core.time(),
            last_customer_at: conversation.last_customer_at,
            outcome: TurnOutcome::Answered,
            owner: None,
            active_skill: conversation.active_skill.clone(),
            misunderstandings: conversation.misunderstandings,
            greeted: conversation.greeted,
            tags: vec![],
            attributes: vec![],
            memories: vec![],
            schedules: vec![],
            tasks: vec![],
            lines: vec![],
            deliveries: vec![],
            watched: vec![],
            misunderstandings_before: conversation.misunderstandings,
            journal: Journal::default(),
            locale: String::new(),
        };
        draft.mark_read(core, &item.arrival);
        draft
    }

    /// Shows the customer that their message was read, where the operator wants it.
    fn mark_read(&mut self, core: &Core, arrival: &Arrival) {
        let Arrival::Event(event) = arrival else { return };
        let able = self.channel.capabilities.abilities.contains(&Ability::ReadMarks);
        if self.channel.read_marks && able && matches!(event.happening, Happening::Message(_)) {
            self.deliver(core, Act::Seen(event.id.clone()), None);
        }
    }

    pub(super) fn end(&mut self, outcome: TurnOutcome, note: &str) {
        self.outcome = outcome;
        self.journal.notes.push(note.to_owned());
    }

    pub(super) fn count_understanding(&mut self, purpose: Purpose) {
        self.misunderstandings = if purpose == Purpose::Fallback { self.misunderstandings + 1 } else { 0 };
    }

    pub(super) fn end_dialogue(&mut self, skill: &str) {
        self.memories.push(MemoryChange::Drop(skill.to_owned()));
        self.active_skill = self.active_skill.take().filter(|active| active.name != skill);
    }

    /// What guards get: with how the turn ended.
    fn conclude(&mut self) -> Vec<Watched> {
        let (handed_over, misunderstood) =
            (self.owner.is_some(), self.misunderstandings > self.misunderstandings_before);
        let mut watched = std::mem::take(&mut self.watched);
        for watched in &mut watched {
            watched.happened.extend(handed_over.then_some(Metric::HandOver));
            watched.happened.extend(misunderstood.then_some(Metric::OutOfScope));
            let goes_on = self.active_skill.as_ref().is_some_and(|active| active.name == watched.name);
            // One that trapped is over as far as a guard is concerned.
            watched.finished = !goes_on || watched.happened.contains(&Metric::Trap);
        }
        watched
    }

    /// Takes a skill's effects in; gives the hand-over that it wants.
    pub(super) fn apply(
        &mut self,
        core: &Core,
        catalog: &Catalog,
        skill: &str,
        configured: &Skill,
        effects: Vec<Effect>,
    ) -> Option<HandOver> {
        let mut wanted = None;
        for effect in effects {
            match effect {
                Effect::Say(content) => self.say(core, Voice::Bot(Some(skill.to_owned())), &content),
                Effect::Remember(memory) => {
                    self.memories.push(MemoryChange::Keep(skill.to_owned(), memory));
                    let revision = configured.revision.id.clone();
                    self.active_skill = Some(ActiveSkill { name: skill.to_owned(), revision });
                }
                Effect::Finish => self.end_dialogue(skill),
                Effect::HandOver(hand_over) => wanted = Some(hand_over),
                Effect::Schedule(schedule) => self.schedules.push(ScheduleChange::Set {
                    id: ScheduleId::new(self.started_at, core.bits()),
                    skill: skill.to_owned(),
                    tag: schedule.tag,
                    due_at: self.time.saturating_add(schedule.after),
                }),
                Effect::CancelSchedule(tag) => {
                    self.schedules.push(ScheduleChange::Cancel { skill: skill.to_owned(), tag })
                }
                Effect::SetAttribute(attribute) => self.attributes.push(attribute),
                Effect::Tag(tag) => self.tags.push(tag),
                Effect::OpenTask(task) => self.tasks.push(task),
            }
        }
        if catalog.policy.greeting.as_deref() == Some(skill) {
            self.greeted = true;
        }
        wanted
    }

    /// Of a skill that tells of a hand-over only what it says counts; whether it said something.
    pub(super) fn say_only(&mut self, core: &Core, skill: &str, effects: Vec<Effect>) -> bool {
        let before = self.lines.len();
        for effect in effects {
            if let Effect::Say(content) = effect {
                self.say(core, Voice::Bot(Some(skill.to_owned())), &content);
            }
        }
        self.lines.len() > before
    }

    /// What a skill says is written down for the person who takes over; gives the hand-over that it wants itself.
    pub(super) fn suggest(&mut self, core: &Core, skill: &str, effects: Vec<Effect>) -> Option<HandOver> {
        let mut wanted = None;
        for effect in effects {
            match effect {
                Effect::Say(content) => {
                    let id = MessageId::new(self.started_at, core.bits());
                    let voice = Voice::Suggestion(skill.to_owned());
                    self.lines.push(NewLine { id, voice, contents: vec![content], at: self.started_at });
                }
                Effect::HandOver(hand_over) => wanted = Some(hand_over),
                _ => {}
            }
        }
        wanted
    }

    /// Puts the conversation in a queue; the dialogue under way ends.
    pub(super) fn hand_over(&mut self, catalog: &Catalog, hand_over: &HandOver) {
        let known = |queue: &String| catalog.queues.contains_key(queue);
        let queue = hand_over.queue.clone().filter(known).unwrap_or_else(|| catalog.policy.default_queue.clone());
        if let Some(active) = self.active_skill.take() {
            self.memories.push(MemoryChange::Drop(active.name));
        }
        self.owner = Some(Owner::Queue(Waiting { queue, since: self.started_at, hand_over: hand_over.clone() }));
        self.misunderstandings = 0;
        self.end(TurnOutcome::HandedOver, &format!("handed over: {}", hand_over.reason));
    }

    /// Says in the host's own words that a person takes over.
    pub(super) fn say_handing_over(&mut self, core: &Core) {
        let text = notices::text(Notice::HandingOver, &self.locale);
        self.say(core, Voice::Bot(None), &Content::Text(text.to_owned()));
    }

    fn say(&mut self, core: &Core, voice: Voice, content: &Content) {
        let line = MessageId::new(self.started_at, core.bits());
        for part in fit::fit(content, &self.channel.capabilities) {
            let act = Act::Say(Say { subject: None, contents: vec![part], reply_to: None });
            self.deliver(core, act, Some(line));
        }
        self.lines.push(NewLine { id: line, voice, contents: vec![content.clone()], at: self.started_at });
    }

    fn deliver(&mut self, core: &Core, act: Act, line: Option<MessageId>) {
        let worth = expiry::worth(expiry::BOT, core.now(), self.last_customer_at, &self.channel.capabilities);
        self.deliveries.push(NewDelivery {
            id: DeliveryId::new(self.time, core.bits()),
            ordinal: u32::try_from(self.deliveries.len()).unwrap_or(u32::MAX),
            line,
            author: Author::Bot,
            act,
            due_at: self.time,
            expires_at: self.time.saturating_add(worth),
        });
    }

    /// Tells the agent what these steps and the one under way had begun that is not repeatable, and what came of it (rule 8);
    /// whether there was any.
    pub(super) fn note_begun(&mut self, core: &Core, done: &[StepEntry], under_way: &[Exchange]) -> bool {
        let done = done.iter().flat_map(|step| &step.exchanges);
        let begun: Vec<String> =
            done.chain(under_way).filter(|exchange| !exchange.request.repeatable).map(told).collect();
        if begun.is_empty() {
            return false;
        }
        let text = format!("The bot had begun this and could not go on:\n{}", begun.join("\n"));
        let id = MessageId::new(self.started_at, core.bits());
        self.lines.push(NewLine { id, voice: Voice::Note, contents: vec![Content::Text(text)], at: core.now() });
        true
    }

    pub(super) fn into_commit(mut self, core: &Core, policy: &Policy, look: Look) -> TurnCommit {
        let watched = self.conclude();
        let record = TurnRecord {
            id: self.turn,
            seq: self.seq,
            started_at: self.started_at,
            ended_at: core.now(),
            outcome: self.outcome,
            journal: self.journal,
        };
        let may_send = core.sends.has_room() && core.send_shares.has_room(&self.channel.name);
        TurnCommit {
            conversation: self.conversation,
            lane_token: self.lane_token,
            owner_epoch: self.owner_epoch,
            instructive: is_instructive(&record, policy),
            record,
            owner: self.owner,
            locale: Some(self.locale).filter(|locale| !locale.is_empty()),
            active_skill: self.active_skill,
            misunderstandings: self.misunderstandings,
            greeted: self.greeted,
            tags: self.tags,
            attributes: self.attributes,
            memories: self.memories,
            schedules: self.schedules,
            tasks: self.tasks,
            lines: self.lines,
            deliveries: self.deliveries,
            watched,
            send: may_send.then_some(look),
        }
    }
}

/// A request and what came of it, in a line; the exchange holds secrets by name only.
fn told(exchange: &Exchange) -> String {
    let HttpRequest { method, url, .. } = &exchange.request;
    match &exchange.outcome {
        Ok(response) => format!("{method} {url}: answered {}", response.status),
        Err(error) => format!("{method} {url}: {error:?}"),
    }
}
