//! What people see and do.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    conversation::{Agent, Conversation, Owner, Stage},
    delivery::{OutboxState, Progress},
    ids::{ConversationId, MessageId},
    inbox::Arrival,
};

use super::{MemoryStore, lane::Lane, state::State};
use crate::ports::store::{
    AgentAnswer, Answered, ConversationFilter, DeliveredLine, Desk, Overview, StoreError, Stored,
};
use crate::sabotage::{Sabotage, is_broken};

#[async_trait]
impl Desk for MemoryStore {
    async fn conversations(&self, filter: ConversationFilter, limit: u32) -> Stored<Vec<Overview>> {
        let state = self.state();
        let mut lanes: Vec<&Lane> = state.lanes.values().filter(|lane| lane.passes(&filter)).collect();
        lanes.sort_by_key(|lane| lane.rank());
        lanes.into_iter().take(limit as usize).map(|lane| state.overview(lane)).collect()
    }

    async fn conversation(&self, id: ConversationId) -> Stored<Option<Overview>> {
        let state = self.state();
        state.lanes.get(&id).map(|lane| state.overview(lane)).transpose()
    }

    async fn transcript(&self, id: ConversationId) -> Stored<Vec<DeliveredLine>> {
        let state = self.state();
        let Some(lane) = state.lanes.get(&id) else { return Ok(Vec::new()) };
        let lines = lane.lines.iter().map(|kept| kept.line.clone());
        Ok(lines.map(|line| DeliveredLine::of(line.clone(), lane.states_of(line.id))).collect())
    }

    async fn take(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        let mut state = self.state();
        let lane = state.lane(id)?;
        lane.check_free(agent)?;
        if lane.conversation.stage == Stage::Closed {
            return Err(closed());
        }
        if !matches!(lane.conversation.owner, Owner::Agent(_)) {
            lane.change_owner(Owner::Agent(Agent { name: agent.to_owned(), since: now }));
            lane.active_at = now;
        }
        lane.conversation.stage = Stage::Open;
        Ok(lane.conversation.clone())
    }

    async fn answer(&self, answer: AgentAnswer) -> Stored<Answered> {
        let mut state = self.state();
        let lane = state.lane(answer.conversation)?;
        if let Some(line) = lane.answers.get(&answer.key).filter(|_| !is_broken(Sabotage::ClientKeys)) {
            return Ok(Answered::Known(*line));
        }
        lane.check_owned(&answer.agent)?;
        if lane.conversation.owner_epoch != answer.owner_epoch {
            return Err(StoreError::Conflict(
                "the conversation changed hands: look at it again before answering".into(),
            ));
        }
        let line = answer.line.id;
        lane.answers.insert(answer.key, line);
        lane.write(answer.line, &answer.deliveries);
        lane.active_at = answer.now;
        let placed: Vec<_> = answer.deliveries.into_iter().map(|new| (new.id, lane.send(new, None))).collect();
        state.deliveries.extend(placed.into_iter().map(|(id, position)| (id, (answer.conversation, position))));
        Ok(Answered::New(line))
    }

    async fn hand_back(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        let mut state = self.state();
        let lane = state.lane(id)?;
        lane.check_owned(agent)?;
        lane.change_owner(Owner::Bot);
        lane.enqueue(Arrival::HandedBack, true, now);
        lane.active_at = now;
        Ok(lane.conversation.clone())
    }

    async fn resolve(&self, id: ConversationId, agent: &str, now: Instant) -> Stored<Conversation> {
        let mut state = self.state();
        let lane = state.lane(id)?;
        lane.check_free(agent)?;
        if lane.conversation.stage == Stage::Open {
            if !lane.conversation.owner.is_bot() {
                lane.change_owner(Owner::Bot);
            }
            lane.conversation.stage = Stage::Closing;
            lane.active_at = now;
            lane.close_when_done();
        }
        Ok(lane.conversation.clone())
    }
}

fn closed() -> StoreError {
    StoreError::Conflict("the conversation is closed: wait for the customer to write again".into())
}

impl State {
    fn overview(&self, lane: &Lane) -> Stored<Overview> {
        Ok(Overview {
            conversation: lane.conversation.clone(),
            contact: self.contact_of(&lane.conversation.contact)?,
            last_line: lane.last_line().cloned(),
        })
    }
}

impl Lane {
    fn passes(&self, filter: &ConversationFilter) -> bool {
        let Conversation { channel, stage, owner, .. } = &self.conversation;
        let queue = match owner {
            Owner::Queue(waiting) => Some(&waiting.queue),
            _ => None,
        };
        filter.owner.as_deref().is_none_or(|wanted| owner.kind() == wanted)
            && filter.queue.as_ref().is_none_or(|wanted| queue == Some(wanted))
            && filter.channel.as_ref().is_none_or(|wanted| channel == wanted)
            && (filter.closed || *stage != Stage::Closed)
    }

    /// Urgent ones that wait, others that wait, the rest; ids make it exact.
    fn rank(&self) -> (u8, Instant, ConversationId) {
        let id = self.conversation.id;
        match &self.conversation.owner {
            Owner::Queue(waiting) => (u8::from(!waiting.hand_over.urgent), waiting.since, id),
            _ => (2, Instant::MAX - self.active_at, id),
        }
    }

    fn states_of(&self, line: MessageId) -> impl Iterator<Item = (OutboxState, Option<Progress>)> {
        let items = self.outbox.values().map(|outgoing| &outgoing.item).filter(move |item| item.line == Some(line));
        items.map(|item| (item.state.clone(), item.progress))
    }

    fn check_free(&self, agent: &str) -> Stored<()> {
        match &self.conversation.owner {
            Owner::Agent(other) if other.name != agent => {
                Err(StoreError::Conflict(format!("{} has the conversation: ask them for it", other.name)))
            }
            _ => Ok(()),
        }
    }

    fn check_owned(&self, agent: &str) -> Stored<()> {
        match &self.conversation.owner {
            Owner::Agent(owner) if owner.name == agent => Ok(()),
            _ => Err(StoreError::Conflict("the conversation is not yours: take it first".into())),
        }
    }
}
