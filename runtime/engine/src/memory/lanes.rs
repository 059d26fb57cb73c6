//! Turns.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{HttpResponse, RequestError},
    conversation::Contact,
    ids::{ConversationId, TurnId},
    inbox::{Arrival, DueSchedule},
};

use super::{
    MemoryStore,
    lane::{KeptSchedule, Lane},
    state::State,
};
use crate::ports::store::{
    Claim, Committed, Freeze, Frozen, Journaled, KeptMemory, Lanes, MemoryChange, ScheduleChange, StoreError, Stored,
    TurnCommit, TurnRecord,
};
use crate::sabotage::{Sabotage, is_broken};

#[async_trait]
impl Lanes for MemoryStore {
    async fn claim(&self, conversation: ConversationId, history: u32) -> Stored<Option<Claim>> {
        self.state().claim(conversation, history)
    }

    async fn freeze(&self, freeze: Freeze) -> Stored<()> {
        let mut state = self.state();
        let lane = state.lane(freeze.conversation)?;
        lane.check_token(freeze.lane_token)?;
        let (seq, frozen) = lane.frozen.get_or_insert_with(|| {
            let Freeze { seq, turn, ref revision, ref input, .. } = freeze;
            (seq, Frozen { turn, revision: revision.clone(), input: input.clone(), intents: Vec::new() })
        });
        if (*seq, frozen.turn) != (freeze.seq, freeze.turn) {
            return Err(StoreError::Conflict(format!(
                "item {seq} is frozen under turn {}: go on with that one",
                frozen.turn
            )));
        }
        match frozen.intents.iter().find(|intent| intent.position == freeze.intent.position) {
            Some(known) if known.digest == freeze.intent.digest => {}
            Some(_) => {
                return Err(StoreError::Conflict(format!(
                    "another request stands at position {}: the plugin contradicts itself",
                    freeze.intent.position
                )));
            }
            None => {
                frozen.input = freeze.input;
                frozen.revision = freeze.revision;
                frozen.intents.push(freeze.intent);
                frozen.intents.sort_by_key(|intent| intent.position);
            }
        }
        Ok(())
    }

    async fn settle(
        &self,
        conversation: ConversationId,
        lane_token: u64,
        turn: TurnId,
        position: u32,
        outcome: Result<HttpResponse, RequestError>,
    ) -> Stored<()> {
        let mut state = self.state();
        let lane = state.lane(conversation)?;
        lane.check_token(lane_token)?;
        let frozen = lane.frozen.as_mut().map(|(_, frozen)| frozen).filter(|frozen| frozen.turn == turn);
        let intents = frozen.into_iter().flat_map(|frozen| frozen.intents.iter_mut());
        let intent = intents
            .into_iter()
            .find(|intent| intent.position == position)
            .ok_or_else(|| StoreError::NotFound { what: "request", id: format!("{position} of turn {turn}") })?;
        intent.outcome.get_or_insert(outcome);
        Ok(())
    }

    async fn commit_turn(&self, commit: TurnCommit) -> Stored<Committed> {
        let mut state = self.state();
        let conversation = commit.conversation;
        if commit.send.is_some() {
            state.is_elsewhere(None)?;
        }
        let lane = state.lane(conversation)?;
        let send = commit.send;
        if commit.record.seq <= lane.conversation.done_seq {
            let more = lane.has_more();
            return Ok(Committed { more, head: state.look_if(conversation, send)? });
        }
        lane.check_token(commit.lane_token)?;
        let owner_epoch = lane.conversation.owner_epoch;
        if commit.owner_epoch != owner_epoch && !is_broken(Sabotage::Overtaking) {
            if is_broken(Sabotage::Atomicity) {
                let (id, turn) = (conversation, Some(commit.record.id));
                let left: Vec<_> =
                    commit.deliveries.into_iter().map(|new| (new.id, (id, lane.send(new, turn)))).collect();
                state.deliveries.extend(left);
            }
            return Err(StoreError::Superseded { owner_epoch });
        }
        let is_head = commit.record.seq == lane.conversation.done_seq + 1 || is_broken(Sabotage::Order);
        if !is_head || commit.record.seq > lane.conversation.last_seq {
            return Err(StoreError::Conflict(format!("item {} is not the head of its lane", commit.record.seq)));
        }
        let seq = commit.record.seq;
        let (watched, instructive) = (commit.watched.clone(), commit.instructive);
        let (attributes, deliveries, contact) = lane.apply(commit);
        let more = lane.has_more();
        let place = state.journal.last_key_value().map_or(1, |(place, _)| place + 1);
        state.journal.insert(place, (conversation, seq));
        if instructive {
            state.lessons.unread.insert(place);
        }
        state.deliveries.extend(deliveries.into_iter().map(|(id, position)| (id, (conversation, position))));
        state.revisions.watch(*conversation.as_bytes(), watched);
        if let Some(contact) = state.contacts.get_mut(&contact) {
            set_attributes(contact, attributes);
        }
        Ok(Committed { more, head: state.look_if(conversation, send)? })
    }

    async fn fire_schedules(&self, now: Instant, limit: u32) -> Stored<Vec<ConversationId>> {
        let mut state = self.state();
        let mut due: Vec<_> = state.lanes.iter().flat_map(|(id, lane)| lane.due_schedules(*id, now)).collect();
        due.sort();
        due.truncate(limit as usize);
        let mut lanes = Vec::new();
        for (_, conversation, skill, tag) in due {
            let lane = state.lane(conversation)?;
            let Some(schedule) = lane.schedules.get_mut(&(skill.clone(), tag.clone())) else { continue };
            schedule.fired = true;
            let arrival =
                Arrival::Scheduled(DueSchedule { id: schedule.id, generation: schedule.generation, skill, tag });
            lane.enqueue(arrival, true, now);
            lane.active_at = now;
            if !lanes.contains(&conversation) {
                lanes.push(conversation);
            }
        }
        Ok(lanes)
    }

    async fn turns(&self, conversation: ConversationId) -> Stored<Vec<TurnRecord>> {
        let state = self.state();
        Ok(state.lanes.get(&conversation).into_iter().flat_map(|lane| lane.turns.values().cloned()).collect())
    }

    async fn last_turns(&self, before: Option<u64>, limit: u32) -> Stored<Vec<Journaled>> {
        let state = self.state();
        let before = state.journal.range(..before.unwrap_or(u64::MAX)).rev();
        let journaled = before.filter_map(|(place, (conversation, seq))| {
            let record = state.lanes.get(conversation)?.turns.get(seq)?.clone();
            Some(Journaled { place: *place, conversation: *conversation, record })
        });
        Ok(journaled.take(limit as usize).collect())
    }
}

impl State {
    pub(super) fn claim(&mut self, conversation: ConversationId, history: u32) -> Stored<Option<Claim>> {
        let lane = self.lane(conversation)?;
        let mut items = lane.inbox.values();
        let item = if is_broken(Sabotage::Order) { items.next_back() } else { items.next() };
        let Some(item) = item.cloned() else { return Ok(None) };
        let (holder, own) = (lane.holder, self.own());
        if self.is_elsewhere(holder)? {
            return Ok(None);
        }
        let lane = self.lane(conversation)?;
        lane.holder = own;
        lane.conversation.lane_token += 1;
        let claim = (
            lane.conversation.clone(),
            lane.kept_memories(),
            lane.history(item.seq, history as usize),
            lane.frozen.as_ref().filter(|(seq, _)| *seq == item.seq).map(|(_, frozen)| frozen.clone()),
            lane.is_stale(&item.arrival),
        );
        let (conversation, memories, history, frozen, stale) = claim;
        let contact = self.contact_of(&conversation.contact)?;
        Ok(Some(Claim { conversation, contact, item, memories, history, frozen, stale }))
    }

    pub(super) fn contact_of(&self, id: &sportello_domain::ids::ContactId) -> Stored<Contact> {
        let missing = || StoreError::NotFound { what: "contact", id: id.to_string() };
        self.contacts.get(id).cloned().ok_or_else(missing)
    }
}

type Placed = Vec<(sportello_domain::ids::DeliveryId, u64)>;
type Attributes = Vec<(String, Option<String>)>;

impl Lane {
    fn check_token(&self, token: u64) -> Stored<()> {
        if self.conversation.lane_token == token || is_broken(Sabotage::LaneToken) {
            Ok(())
        } else {
            Err(StoreError::LaneLost)
        }
    }

    fn has_more(&self) -> bool {
        self.conversation.last_seq > self.conversation.done_seq
    }

    /// Of each skill and version, those of a skill in the order of writing.
    fn kept_memories(&self) -> Vec<KeptMemory> {
        let mut kept = self.memories.clone();
        kept.sort_by(|one, other| one.skill.cmp(&other.skill));
        kept
    }

    fn is_stale(&self, arrival: &Arrival) -> bool {
        let Arrival::Scheduled(due) = arrival else { return false };
        let schedule = self.schedules.get(&(due.skill.clone(), due.tag.clone()));
        schedule.is_none_or(|schedule| (schedule.id, schedule.generation) != (due.id, due.generation))
    }

    fn due_schedules(
        &self,
        id: ConversationId,
        now: Instant,
    ) -> impl Iterator<Item = (Instant, ConversationId, String, String)> {
        let awake = (self.conversation.owner.is_bot() || is_broken(Sabotage::Suspension))
            && self.conversation.stage == sportello_domain::conversation::Stage::Open;
        let due = self
            .schedules
            .iter()
            .filter(move |(_, schedule)| awake && !schedule.fired && !schedule.held && schedule.due_at <= now);
        due.map(move |((skill, tag), schedule)| (schedule.due_at, id, skill.clone(), tag.clone()))
    }

    fn apply(&mut self, commit: TurnCommit) -> (Attributes, Placed, sportello_domain::ids::ContactId) {
        if let Some(owner) = commit.owner {
            self.change_owner(owner);
        }
        let conversation = &mut self.conversation;
        conversation.locale = commit.locale.or_else(|| conversation.locale.take());
        conversation.active_skill = commit.active_skill;
        conversation.misunderstandings = commit.misunderstandings;
        conversation.greeted = commit.greeted;
        for tag in commit.tags {
            if !conversation.tags.contains(&tag) {
                conversation.tags.push(tag);
            }
        }
        for change in commit.memories {
            self.keep(change);
        }
        let done = self.inbox.remove(&commit.record.seq);
        let is_held = commit.record.seq <= self.held_seq && !is_broken(Sabotage::HeldTurns);
        for change in commit.schedules {
            self.schedule(change, is_held);
        }
        if let Some(Arrival::Scheduled(due)) = done.map(|item| item.arrival) {
            self.schedules.retain(|_, kept| (kept.id, kept.generation) != (due.id, due.generation));
        }
        for line in commit.lines {
            self.write(line, &commit.deliveries);
        }
        let turn = Some(commit.record.id);
        let placed = commit.deliveries.into_iter().map(|new| (new.id, self.send(new, turn))).collect();
        if is_held {
            let said = self.outbox.values_mut().map(|outgoing| &mut outgoing.item).filter(|item| item.turn == turn);
            said.for_each(|item| item.state = super::held::held(item));
        }
        self.conversation.done_seq = commit.record.seq;
        self.holder = self.holder.filter(|_| self.conversation.last_seq > self.conversation.done_seq);
        self.frozen = None;
        self.turns.insert(commit.record.seq, commit.record);
        self.close_when_done();
        (commit.attributes, placed, self.conversation.contact)
    }

    fn keep(&mut self, change: MemoryChange) {
        match change {
            MemoryChange::Keep(skill, memory) => {
                let any = is_broken(Sabotage::OlderMemory);
                let again = |kept: &KeptMemory| kept.skill == skill && (any || kept.memory.version == memory.version);
                self.memories.retain(|kept| !again(kept));
                self.memories.push(KeptMemory { skill, memory });
            }
            MemoryChange::Drop(skill) => self.memories.retain(|kept| kept.skill != skill),
        }
    }

    fn schedule(&mut self, change: ScheduleChange, held: bool) {
        match change {
            ScheduleChange::Set { id, skill, tag, due_at } => {
                let new = KeptSchedule { id, generation: 0, due_at, fired: false, held };
                let kept = self.schedules.entry((skill, tag)).or_insert(new);
                kept.generation += 1;
                kept.due_at = due_at;
                (kept.fired, kept.held) = (false, held);
            }
            ScheduleChange::Cancel { skill, tag } => {
                self.schedules.remove(&(skill, tag));
            }
        }
    }
}

fn set_attributes(contact: &mut Contact, attributes: Attributes) {
    for (name, value) in attributes {
        contact.attributes.retain(|(known, _)| *known != name);
        contact.attributes.extend(value.map(|value| (name, value)));
    }
    contact.attributes.sort();
}
