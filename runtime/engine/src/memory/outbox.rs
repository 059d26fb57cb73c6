//! Sending.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::Author,
    delivery::{OutboxItem, OutboxState},
    ids::{ConversationId, DeliveryId},
};

use super::{
    MemoryStore,
    lane::{Lane, Outgoing},
    state::State,
};
use crate::ports::store::{Finish, Finished, Head, Look, OWNER_CHANGED, Outbox, Sending, StoreError, Stored};
use crate::sabotage::{Sabotage, is_broken};

/// How soon to look again at what another node sends; milliseconds.
const PATIENCE: Instant = 1_000;

#[async_trait]
impl Outbox for MemoryStore {
    async fn claim_delivery(&self, conversation: ConversationId, look: Look) -> Stored<Head> {
        self.state().look(conversation, look)
    }

    async fn finish(&self, finish: Finish) -> Stored<Finished> {
        let mut state = self.state();
        if finish.next.is_some() {
            state.is_elsewhere(None)?;
        }
        let late = state.end_attempt(&finish)?;
        if !late {
            state.revisions.watch(*finish.delivery.as_bytes(), finish.watched.clone().into_iter().collect());
        }
        let (lane, _) = state.outgoing(finish.delivery)?;
        let address = lane.address();
        if let Some(receipt) = finish.receipt {
            state.remember_memo(&address, receipt.memo);
            state.recognise(finish.delivery, &receipt.message_ids, finish.now);
        }
        if let Some(until) = finish.pause_channel.filter(|_| !is_broken(Sabotage::Pause)) {
            let paused = state.paused.entry(address.channel).or_default();
            *paused = until.max(*paused);
        }
        let (lane, _) = state.outgoing(finish.delivery)?;
        lane.close_when_done();
        let conversation = lane.conversation.id;
        Ok(Finished { late, head: state.look_if(conversation, finish.next)? })
    }

    async fn dead_letters(&self, limit: u32) -> Stored<Vec<OutboxItem>> {
        let state = self.state();
        let mut dead: Vec<_> =
            state.all_outgoing().map(|outgoing| &outgoing.item).filter(|item| is_dead(item)).collect();
        dead.sort_by_key(|item| std::cmp::Reverse(item.id));
        Ok(dead.into_iter().take(limit as usize).cloned().collect())
    }

    async fn resend(&self, delivery: DeliveryId, now: Instant, expires_at: Instant) -> Stored<ConversationId> {
        let mut state = self.state();
        let (lane, position) = state.outgoing(delivery)?;
        let dead = lane.outbox.get(&position).filter(|outgoing| is_dead(&outgoing.item));
        if dead.is_none() {
            return Err(StoreError::Conflict(format!(
                "delivery {delivery} is no dead letter: there is nothing to resend"
            )));
        }
        state.send_again(delivery, now, expires_at)
    }

    async fn delivery(&self, delivery: DeliveryId) -> Stored<Option<OutboxItem>> {
        let mut state = self.state();
        Ok(state.outgoing(delivery).ok().and_then(|(lane, at)| lane.outbox.get(&at)).map(|kept| kept.item.clone()))
    }
}

pub(super) fn is_dead(item: &OutboxItem) -> bool {
    matches!(item.state, OutboxState::Dead(_) | OutboxState::Expired | OutboxState::Unresolved)
}

impl State {
    /// Puts a delivery at the end of its outbox, as if it had never left.
    pub(super) fn send_again(
        &mut self,
        delivery: DeliveryId,
        now: Instant,
        expires_at: Instant,
    ) -> Stored<ConversationId> {
        let (lane, position) = self.outgoing(delivery)?;
        let last = lane.next_position();
        let Some(mut outgoing) = lane.outbox.remove(&position) else { return Ok(lane.conversation.id) };
        outgoing.sent_at = None;
        outgoing.item = OutboxItem {
            position: last,
            owner_epoch: lane.conversation.owner_epoch,
            state: OutboxState::Queued { due_at: now },
            attempt: 0,
            resends: 0,
            expires_at,
            platform_ids: Vec::new(),
            progress: None,
            ..outgoing.item
        };
        lane.outbox.insert(last, outgoing);
        let conversation = lane.conversation.id;
        self.deliveries.insert(delivery, (conversation, last));
        self.disown(delivery);
        Ok(conversation)
    }

    /// Looks at the head of an outbox, if that is wanted.
    pub(super) fn look_if(&mut self, conversation: ConversationId, look: Option<Look>) -> Stored<Option<Head>> {
        look.map(|look| self.look(conversation, look)).transpose()
    }

    fn look(&mut self, conversation: ConversationId, look: Look) -> Stored<Head> {
        let Some(lane) = self.lanes.get(&conversation) else { return Ok(Head::Idle) };
        let paused_until = self.paused.get(&lane.conversation.channel).copied().unwrap_or(0);
        let (sender, own) = (lane.head().and_then(|head| head.node), self.own());
        let elsewhere = self.is_elsewhere(sender)?;
        let lane = self.lane(conversation)?;
        lane.cancel_superseded_heads();
        let head = lane.look(look, paused_until, (own, elsewhere));
        lane.close_when_done();
        Ok(head)
    }

    /// All of a finish but its receipt, its pause and the next head; says whether it came late.
    fn end_attempt(&mut self, finish: &Finish) -> Stored<bool> {
        let (lane, position) = self.outgoing(finish.delivery)?;
        let Some(outgoing) = lane.outbox.get_mut(&position) else { return Ok(true) };
        let item = &mut outgoing.item;
        if item.attempt != finish.attempt || item.state.is_final() {
            return Ok(true);
        }
        if item.state == finish.state {
            return Ok(false);
        }
        item.state = finish.state.clone();
        item.resends += u32::from(finish.resent);
        if item.state == OutboxState::Sent {
            outgoing.sent_at = Some(finish.now);
        }
        let line = outgoing.item.line;
        if let Some(reason) = &finish.cancel_group {
            lane.cancel_group(line, reason);
        }
        if let Some(telling) = &finish.tell {
            lane.tell(telling.clone());
        }
        Ok(false)
    }
}

impl Lane {
    fn cancel_superseded_heads(&mut self) {
        let epoch = self.conversation.owner_epoch;
        let open = self.outbox.values_mut().map(|outgoing| &mut outgoing.item).filter(|item| !item.state.is_final());
        for item in open {
            if is_broken(Sabotage::Takeover)
                || item.author != Author::Bot
                || item.owner_epoch >= epoch
                || !matches!(item.state, OutboxState::Queued { .. })
            {
                break;
            }
            item.state = OutboxState::Cancelled(OWNER_CHANGED.to_owned());
        }
    }

    /// `own`: who looks; `elsewhere`: whether who began to send the head is another node, and lives.
    fn look(
        &mut self,
        Look { now, deadline }: Look,
        paused_until: Instant,
        (own, elsewhere): (Option<u64>, bool),
    ) -> Head {
        let open = self.outbox.values_mut();
        let waits = |item: &OutboxItem| matches!(item.state, OutboxState::Unknown { .. }) && is_broken(Sabotage::Head);
        let head = open.into_iter().find(|head| !head.item.state.is_final() && !waits(&head.item));
        let Some(Outgoing { item, node, .. }) = head else { return Head::Idle };
        match item.state {
            OutboxState::Queued { .. } if item.expires_at < now && !is_broken(Sabotage::Expiry) => {
                Head::Lapsed(item.clone())
            }
            OutboxState::Queued { due_at } if due_at.max(paused_until) > now => {
                Head::Wait(due_at.max(paused_until).min(item.expires_at + 1))
            }
            OutboxState::Queued { .. } => {
                item.state = OutboxState::Sending { deadline };
                item.attempt += 1;
                *node = own;
                Head::Send(Sending {
                    item: item.clone(),
                    channel: self.conversation.channel.clone(),
                    account: self.conversation.account.clone(),
                    thread: self.conversation.thread.clone(),
                })
            }
            OutboxState::Sending { deadline: until } | OutboxState::Unknown { hold_until: until } if until > now => {
                Head::Wait(until)
            }
            // Whoever sends it knows best, while it lives.
            OutboxState::Sending { .. } if elsewhere => Head::Wait(now + PATIENCE),
            _ => Head::Unsettled(item.clone()),
        }
    }
}
