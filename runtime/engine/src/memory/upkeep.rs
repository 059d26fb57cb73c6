//! Starting, waking and cleaning.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    conversation::{Owner, Stage},
    delivery::OutboxState,
    ids::ConversationId,
};

use super::{
    MemoryStore,
    lane::{Lane, Outgoing},
    outbox::is_dead,
    state::State,
};
use crate::ports::store::{Due, Gauges, PendingErrand, Recovery, Retention, Stored, Upkeep};
use crate::sabotage::{Sabotage, is_broken};

#[async_trait]
impl Upkeep for MemoryStore {
    async fn installation_key(&self, fresh: [u8; 32]) -> Stored<[u8; 32]> {
        Ok(*self.state().key.get_or_insert(fresh))
    }

    async fn keep_time(&self, own: Option<Instant>, wall: Instant) -> Stored<Instant> {
        let kept = &mut self.state().time;
        let time = match (own, *kept) {
            (Some(own), Some((time, _))) if own <= time => return Ok(time),
            (Some(own), _) => own,
            (None, Some((time, then))) => time + wall.saturating_sub(then),
            (None, None) => wall,
        };
        *kept = Some((time, wall));
        Ok(time)
    }

    async fn recover(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        Ok(self.state().give_up_sends(now, hold_until, unheld, true))
    }

    async fn take_over(&self, now: Instant, hold_until: Instant, unheld: &[String]) -> Stored<Recovery> {
        Ok(self.state().give_up_sends(now, hold_until, unheld, false))
    }

    async fn due(&self, now: Instant, limit: u32) -> Stored<Due> {
        let state = self.state();
        let limit = limit as usize;
        let lanes = |wanted: &dyn Fn(&Lane) -> bool| -> Vec<ConversationId> {
            state.lanes.iter().filter(|(_, lane)| wanted(lane)).map(|(id, _)| *id).take(limit).collect()
        };
        let mut errands: Vec<PendingErrand> = state.errands.values().filter(|it| it.due_at <= now).cloned().collect();
        errands.sort_by_key(|errand| (errand.due_at, errand.id));
        errands.truncate(limit);
        Ok(Due {
            turns: lanes(&|lane| !lane.inbox.is_empty()),
            sends: lanes(&|lane| state.may_send(lane, now)),
            errands,
        })
    }

    async fn sweep(&self, now: Instant, retention: Retention) -> Stored<()> {
        let over = |at: Instant, kept: u64| at.saturating_add(kept) < now;
        let mut state = self.state();
        state.seen.retain(|_, seen| !over(seen.at, retention.keys));
        state.strikes.retain(|_, (_, at)| !over(*at, retention.keys));
        state.recordings.retain(|recording| !over(recording.now, retention.journal));
        let surplus = (state.recordings.len() as u64).saturating_sub(retention.recordings);
        state.recordings.drain(..usize::try_from(surplus).unwrap_or_default());
        state.lessons.utterances.retain(|_, utterance| !over(utterance.at, retention.journal));
        state.told.retain(|_, told| !over(told.at, retention.keys));
        for stream in state.streams.values_mut() {
            stream.events.retain(|published| !over(published.at, retention.live));
        }
        let State { lanes, journal, lessons, .. } = &mut *state;
        let newest = journal.last_key_value().map_or(0, |(place, _)| *place);
        for (_, (conversation, seq)) in journal.range(..=newest.saturating_sub(retention.journal_turns)) {
            lanes.get_mut(conversation).and_then(|lane| lane.turns.remove(seq));
        }
        for lane in lanes.values_mut() {
            lane.turns.retain(|_, turn| !over(turn.ended_at, retention.journal));
            if lane.is_idle() && over(lane.active_at, retention.idle) {
                lane.close();
            }
        }
        journal
            .retain(|_, (conversation, seq)| lanes.get(conversation).is_some_and(|lane| lane.turns.contains_key(seq)));
        lessons.unread.retain(|place| journal.contains_key(place));
        Ok(())
    }

    async fn gauges(&self) -> Stored<Gauges> {
        let state = self.state();
        let count = |wanted: &dyn Fn(&Lane) -> bool| state.lanes.values().filter(|lane| wanted(lane)).count() as u64;
        let sent = |wanted: &dyn Fn(&Outgoing) -> bool| state.all_outgoing().filter(|it| wanted(it)).count() as u64;
        Ok(Gauges {
            open_conversations: count(&|lane| lane.conversation.stage != Stage::Closed),
            waiting_conversations: count(&|lane| matches!(lane.conversation.owner, Owner::Queue(_))),
            pending_items: state.lanes.values().map(|lane| lane.inbox.len() as u64).sum(),
            queued_deliveries: sent(&|outgoing| matches!(outgoing.item.state, OutboxState::Queued { .. })),
            unknown_deliveries: sent(&|outgoing| matches!(outgoing.item.state, OutboxState::Unknown { .. })),
            dead_letters: sent(&|outgoing| is_dead(&outgoing.item)),
            held_deliveries: sent(&|outgoing| outgoing.item.state == OutboxState::Held),
            quarantined: state.quarantine.len() as u64,
        })
    }
}

impl State {
    /// What nodes were sending that live no more is unknown now; at its start also what this node itself was sending.
    fn give_up_sends(&mut self, now: Instant, hold_until: Instant, unheld: &[String], start: bool) -> Recovery {
        let mut found = Recovery::default();
        let caller = self.caller.clone();
        let is_lost = |node: Option<u64>| match (node, &caller) {
            (Some(node), Some(caller)) if node != caller.id => !(caller.lives)(node),
            _ => start,
        };
        for lane in self.lanes.values_mut() {
            let drops = unheld.contains(&lane.conversation.channel);
            for Outgoing { item, node, .. } in lane.outbox.values_mut() {
                let OutboxState::Sending { deadline } = item.state else { continue };
                if !is_lost(*node) {
                    continue;
                }
                // Another node may only be standing still: it may begin to send until the deadline, and not after it.
                let ours = caller.as_ref().is_none_or(|caller| *node == Some(caller.id));
                let hold_until = if drops || item.act.is_sign() { now } else { hold_until };
                let hold_until = if ours { hold_until } else { hold_until.max(deadline) };
                item.state = match is_broken(Sabotage::Recovery) {
                    true => OutboxState::Queued { due_at: now },
                    false => OutboxState::Unknown { hold_until },
                };
                found.unknown += 1;
            }
            found.frozen += u64::from(lane.frozen.is_some());
            found.lanes += u64::from(!lane.inbox.is_empty());
        }
        found
    }

    fn may_send(&self, lane: &Lane, now: Instant) -> bool {
        let Some(Outgoing { item, .. }) = lane.head() else { return false };
        let paused = self.paused.get(&lane.conversation.channel).is_some_and(|until| *until > now);
        match item.state {
            OutboxState::Queued { due_at } => item.expires_at < now || (due_at <= now && !paused),
            OutboxState::Sending { deadline: until } | OutboxState::Unknown { hold_until: until } => until <= now,
            _ => false,
        }
    }
}

impl Lane {
    fn is_idle(&self) -> bool {
        self.conversation.stage != Stage::Closed
            && self.conversation.owner.is_bot()
            && !self.is_pending()
            && self.schedules.is_empty()
    }
}
