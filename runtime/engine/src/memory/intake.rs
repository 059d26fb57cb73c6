//! Accepting.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{Event, Happening},
    ids::{ErrandId, QuarantineId},
};

use super::{
    MemoryStore,
    state::{Seen, State},
};
use crate::ports::store::{
    Acceptance, Accepted, Claim, CursorMove, Incoming, Intake, NO_THREAD, Quarantined, Quarry, StoreError, Stored,
    Taken, too_long,
};
use crate::sabotage::{Sabotage, is_broken};

/// What all events of an acceptance share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) channel: &'a str,
    pub(super) default_queue: &'a str,
    pub(super) now: Instant,
}

#[async_trait]
impl Intake for MemoryStore {
    async fn accept(&self, acceptance: Acceptance) -> Stored<Taken> {
        let Acceptance { channel, events, cursor, default_queue, now, claim, .. } = acceptance.clone();
        let mut state = self.state();
        if claim.is_some() {
            state.is_elsewhere(None)?;
        }
        if let Some(cursor) = cursor {
            state.move_cursor(&channel, cursor)?;
        }
        let scene = Scene { channel: &channel, default_queue: &default_queue, now };
        let events: Vec<Accepted> = events.into_iter().map(|incoming| state.take_in(scene, incoming)).collect();
        let errands = acceptance.errands_after(&events);
        for errand in errands.iter().filter(|_| !is_broken(Sabotage::Errands)) {
            state.errands.entry(errand.id).or_insert_with(|| errand.clone());
        }
        let claims = match claim {
            Some(history) => state.claim_idle(&events, history)?,
            None => Vec::new(),
        };
        Ok(Taken { events, claims, errands })
    }

    async fn cursor(&self, channel: &str) -> Stored<Option<String>> {
        Ok(self.state().cursors.get(channel).cloned().flatten())
    }

    async fn strike(&self, channel: &str, body_digest: [u8; 32], now: Instant) -> Stored<u32> {
        let mut state = self.state();
        let (count, at) = state.strikes.entry((channel.to_owned(), body_digest)).or_default();
        *count += 1;
        *at = now;
        Ok(*count)
    }

    async fn quarantine(&self, item: Quarantined) -> Stored<()> {
        self.state().quarantine.insert(item.id, item);
        Ok(())
    }

    async fn quarantined(&self, limit: u32) -> Stored<Vec<Quarantined>> {
        let state = self.state();
        let mut all: Vec<_> = state.quarantine.values().cloned().collect();
        all.sort_by_key(|item| (item.at, item.id));
        all.truncate(limit as usize);
        Ok(all)
    }

    async fn release(&self, id: QuarantineId) -> Stored<()> {
        self.state().quarantine.remove(&id);
        Ok(())
    }

    async fn errand_done(&self, id: ErrandId) -> Stored<()> {
        self.state().errands.remove(&id);
        Ok(())
    }

    async fn errand_later(&self, id: ErrandId, due_at: Instant) -> Stored<()> {
        if let Some(errand) = self.state().errands.get_mut(&id) {
            errand.attempts += 1;
            errand.due_at = due_at;
        }
        Ok(())
    }
}

impl State {
    /// Claims the lanes of which the first item is one of these events.
    fn claim_idle(&mut self, events: &[Accepted], history: u32) -> Stored<Vec<Claim>> {
        let mut claims = Vec::new();
        for event in events {
            if let Accepted::Queued { conversation, seq } = *event
                && self.lane(conversation)?.conversation.done_seq + 1 == seq
            {
                claims.extend(self.claim(conversation, history)?);
            }
        }
        Ok(claims)
    }

    fn move_cursor(&mut self, channel: &str, cursor: CursorMove) -> Stored<()> {
        if self.cursors.get(channel).cloned().flatten() != cursor.from {
            return Err(StoreError::CursorMoved);
        }
        self.cursors.insert(channel.to_owned(), cursor.to);
        Ok(())
    }

    fn take_in(&mut self, scene: Scene<'_>, incoming: Incoming) -> Accepted {
        let overlong = incoming.event.overlong();
        if self.is_erased(&incoming.marks, incoming.event.at) || self.is_of_erased_thread(scene, &incoming) {
            return Accepted::Erased;
        }
        match &incoming.event.happening {
            Happening::Typing(_) => return Accepted::Passed,
            Happening::Status(status) if overlong.is_none() => {
                let delivery = self.take_status(scene, &incoming.event, status, incoming.fresh.line);
                return Accepted::Status { delivery };
            }
            _ => {}
        }
        match self.seen.get(&incoming.key).map(|seen| seen.fingerprint == incoming.fingerprint) {
            _ if is_broken(Sabotage::Deduplication) => {}
            Some(true) => return Accepted::Duplicate,
            Some(false) => {
                let reason = "its key is known from another sender or time";
                self.set_aside(scene, incoming.fresh.quarantine, incoming.event, reason);
                return Accepted::Conflicting;
            }
            None => {}
        }
        self.seen.insert(incoming.key, Seen { fingerprint: incoming.fingerprint, at: scene.now });
        if let Some(part) = overlong {
            self.set_aside(scene, incoming.fresh.quarantine, incoming.event, &too_long(part));
            return Accepted::Unplaceable;
        }
        let Some(lane) = self.place(scene, &incoming.event, incoming.fresh) else {
            self.set_aside(scene, incoming.fresh.quarantine, incoming.event, NO_THREAD);
            return Accepted::Unplaceable;
        };
        self.put(scene, lane, incoming)
    }

    fn set_aside(&mut self, scene: Scene<'_>, id: QuarantineId, event: Event, reason: &str) {
        let item = Quarantined {
            id,
            channel: scene.channel.to_owned(),
            what: Quarry::Event(event),
            reason: reason.to_owned(),
            at: scene.now,
        };
        self.quarantine.insert(id, item);
    }
}
