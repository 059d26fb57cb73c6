//! What is held after a backup was put back.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};

use super::{MemoryStore, lane::Lane, state::State};
use crate::ports::store::{DISCARDED, Held, HeldSchedule, Holding, LATE_SIGN, Stored};
use crate::sabotage::{Sabotage, is_broken};

#[async_trait]
impl Holding for MemoryStore {
    async fn hold(&self) -> Stored<u64> {
        let mut state = self.state();
        state.generation += 1;
        for lane in state.lanes.values_mut() {
            lane.hold();
        }
        Ok(state.generation)
    }

    async fn held(&self, limit: u32) -> Stored<Held> {
        let state = self.state();
        let (mut deliveries, mut schedules) = (vec![], vec![]);
        for (id, lane) in &state.lanes {
            deliveries.extend(lane.held_deliveries().cloned());
            let held = lane.schedules.iter().filter(|(_, kept)| kept.held);
            schedules.extend(held.map(|((skill, tag), kept)| HeldSchedule {
                id: kept.id,
                conversation: *id,
                skill: skill.clone(),
                tag: tag.clone(),
                due_at: kept.due_at,
            }));
        }
        schedules.sort_by_key(|schedule| (schedule.due_at, schedule.id));
        deliveries.truncate(limit as usize);
        schedules.truncate(limit as usize);
        Ok(Held { deliveries, schedules })
    }

    async fn let_go(
        &self,
        conversation: Option<ConversationId>,
        now: Instant,
        expires_at: Instant,
    ) -> Stored<Vec<ConversationId>> {
        let mut state = self.state();
        let mut woken = vec![];
        for id in state.chosen(conversation) {
            let lane = state.lane(id)?;
            lane.schedules.values_mut().for_each(|kept| kept.held = false);
            let held: Vec<DeliveryId> = lane.held_deliveries().map(|item| item.id).collect();
            if !held.is_empty() {
                woken.push(id);
            }
            for delivery in held {
                state.send_again(delivery, now, expires_at)?;
            }
        }
        Ok(woken)
    }

    async fn discard_held(&self, conversation: Option<ConversationId>) -> Stored<u64> {
        let mut state = self.state();
        let mut count = 0;
        for id in state.chosen(conversation) {
            let lane = state.lane(id)?;
            let before = lane.schedules.len();
            lane.schedules.retain(|_, kept| !kept.held);
            count += (before - lane.schedules.len()) as u64;
            let held = lane.outbox.values_mut().filter(|outgoing| outgoing.item.state == OutboxState::Held);
            for outgoing in held {
                outgoing.item.state = OutboxState::Cancelled(DISCARDED.to_owned());
                count += 1;
            }
        }
        Ok(count)
    }
}

impl State {
    fn chosen(&self, conversation: Option<ConversationId>) -> Vec<ConversationId> {
        let chosen = |id: &&ConversationId| conversation.is_none_or(|wanted| wanted == **id);
        self.lanes.keys().filter(chosen).copied().collect()
    }
}

/// What becomes of a delivery that may not leave.
pub(super) fn held(item: &OutboxItem) -> OutboxState {
    if item.act.is_sign() { OutboxState::Cancelled(LATE_SIGN.to_owned()) } else { OutboxState::Held }
}

impl Lane {
    fn hold(&mut self) {
        let open = self.outbox.values_mut().map(|outgoing| &mut outgoing.item).filter(|item| !item.state.is_final());
        for item in open.filter(|_| !is_broken(Sabotage::HeldDeliveries)) {
            item.state = held(item);
        }
        for kept in self.schedules.values_mut().filter(|kept| !kept.fired && !is_broken(Sabotage::HeldSchedules)) {
            kept.held = true;
        }
        self.held_seq = self.conversation.last_seq;
    }

    fn held_deliveries(&self) -> impl Iterator<Item = &OutboxItem> {
        self.outbox.values().map(|outgoing| &outgoing.item).filter(|item| item.state == OutboxState::Held)
    }
}
