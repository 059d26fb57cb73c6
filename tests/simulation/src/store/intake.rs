//! Accepting, witnessed.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{DeliveryStatus, Event, Happening, StatusOf},
    ids::{ErrandId, QuarantineId},
};
use sportello_engine::ports::store::{Acceptance, Accepted, Intake, Quarantined, Stored, Taken};

use super::{Faulty, lanes::claimed};
use crate::plan::{Op, Point};
use crate::world::{Fault, Invariant, Item, Seat};

#[async_trait]
impl Intake for Faulty {
    async fn accept(&self, acceptance: Acceptance) -> Stored<Taken> {
        if self.seat.reach(Point::Before(Op::Accept), None).await == Some(Fault::Lies) {
            let events = acceptance.events.iter().map(|_| Accepted::Passed).collect();
            return Ok(Taken { events, claims: vec![], errands: acceptance.errands });
        }
        let work = async {
            let taken = self.store.accept(acceptance.clone()).await?;
            witness(&self.seat, &acceptance, &taken.events).await;
            taken.claims.iter().for_each(|claim| claimed(&self.seat, claim));
            Ok(taken)
        };
        self.through(Op::Accept, None, work).await
    }

    async fn cursor(&self, channel: &str) -> Stored<Option<String>> {
        self.through(Op::Other, None, self.store.cursor(channel)).await
    }

    async fn strike(&self, channel: &str, body_digest: [u8; 32], now: Instant) -> Stored<u32> {
        self.through(Op::Other, None, self.store.strike(channel, body_digest, now)).await
    }

    async fn quarantine(&self, item: Quarantined) -> Stored<()> {
        self.through(Op::Other, None, self.store.quarantine(item)).await
    }

    async fn quarantined(&self, limit: u32) -> Stored<Vec<Quarantined>> {
        self.through(Op::Other, None, self.store.quarantined(limit)).await
    }

    async fn release(&self, id: QuarantineId) -> Stored<()> {
        self.through(Op::Other, None, self.store.release(id)).await
    }

    async fn errand_done(&self, id: ErrandId) -> Stored<()> {
        self.through(Op::Other, None, self.store.errand_done(id)).await
    }

    async fn errand_later(&self, id: ErrandId, due_at: Instant) -> Stored<()> {
        self.through(Op::Other, None, self.store.errand_later(id, due_at)).await
    }
}

async fn witness(seat: &Seat, acceptance: &Acceptance, accepted: &[Accepted]) {
    for (incoming, accepted) in acceptance.events.iter().zip(accepted) {
        let event = &incoming.event;
        seat.world.tell(Some(seat.node), || format!("{} {}: {}", event.happening.kind(), event.id, words(accepted)));
        match accepted {
            Accepted::Queued { conversation, seq, .. } => {
                came_too_late(seat, event);
                let mut state = seat.world.state();
                let places = state.ledger.places.entry(event.id.clone()).or_default();
                places.push((*conversation, *seq));
                let twice = places.len() > 1;
                let item = Item { event: Some(event.id.clone()), turn: None };
                let taken = state.ledger.items.insert((*conversation, *seq), item).is_some();
                drop(state);
                if twice || taken {
                    seat.broken(Invariant::AcceptedOnce, || format!("{} is an item for the second time", event.id));
                }
            }
            Accepted::Status { delivery: Some((_, id)) } => {
                seat.world.news_of(*id).await;
                if let Happening::Status(DeliveryStatus { of: StatusOf::Delivery(_), .. }) = &event.happening {
                    seat.world.state().ledger.is_echoed(*id);
                }
            }
            Accepted::Erased => dropped(seat, event),
            _ => {}
        }
    }
    seat.world.look_at_conversations().await;
}

/// What was written before its customer was erased is accepted after it.
fn came_too_late(seat: &Seat, event: &Event) {
    let Some(thread) = &event.thread else { return };
    if seat.world.state().ledger.erased_since(&thread.address, event.at) {
        seat.broken(Invariant::Erased, || format!("{} was written before that, and is accepted", event.id));
    }
}

/// Only what was written before may be dropped; news of what is gone may come later.
fn dropped(seat: &Seat, event: &Event) {
    let address = event.thread.as_ref().map_or("", |thread| thread.address.as_str());
    let mut state = seat.world.state();
    let is_theirs = state.ledger.erased_since(address, event.at);
    state.ledger.dropped.insert(event.id.clone());
    drop(state);
    if !is_theirs && !matches!(event.happening, Happening::Status(_)) {
        seat.broken(Invariant::Lost, || format!("{} is dropped, and its customer was not erased since", event.id));
    }
}

fn words(accepted: &Accepted) -> String {
    match accepted {
        Accepted::Queued { seq, .. } => format!("accepted as item {seq}"),
        Accepted::Duplicate => "known already".to_owned(),
        Accepted::Status { delivery: None } => "kept for a receipt to come".to_owned(),
        Accepted::Status { .. } => "taken in".to_owned(),
        other => format!("{other:?}"),
    }
}
