//! The simulated store: the engine's own store in memory, with steps before and after each call at which anything may go wrong,
//! and with a witness who writes down what each commit did.

mod desk;
mod intake;
mod jobs;
mod lanes;
mod learning;
mod outbox;
mod rest;
mod revisions;

use std::future::Future;

use sportello_domain::ids::ConversationId;
use sportello_engine::memory::MemoryStore;
use sportello_engine::ports::store::{StoreError, Stored};

use crate::plan::{Element, Op, Point};
use crate::world::{Fault, Seat, World};

/// The store as one life of a node sees it.
pub struct Faulty {
    seat: Seat,
    store: MemoryStore,
}

impl Faulty {
    /// In this seat.
    #[must_use]
    pub fn new(seat: Seat) -> Self {
        Self { store: seat.store(), seat }
    }

    fn world(&self) -> &World {
        &self.seat.world
    }

    /// Carries out one call, which is one transaction: `work` is done between two steps, and never waits.
    async fn through<T>(&self, op: Op, of: Option<ConversationId>, work: impl Future<Output = Stored<T>>) -> Stored<T> {
        if op.writes() {
            self.seat.not_in_a_replay(op.name());
        }
        if self.seat.reach(Point::Before(op), of).await == Some(Fault::Fails) {
            self.lose_track(op, of);
            return Err(failed(op));
        }
        if op.writes() && self.world().store_is_full() {
            self.lose_track(op, of);
            return Err(StoreError::Full { operation: op.name() });
        }
        let result = work.await;
        if self.seat.reach(Point::After(op), of).await == Some(Fault::LosesAnswer) {
            self.lose_track(op, of);
            return Err(failed(op));
        }
        result
    }

    fn lose_track(&self, op: Op, of: Option<ConversationId>) {
        if let (Op::ClaimDelivery | Op::Finish | Op::CommitTurn, Some(conversation)) = (op, of) {
            self.world().state().ledger.lost_track(conversation);
        }
    }
}

impl World {
    fn store_is_full(&self) -> bool {
        let now = self.elapsed();
        let full = self.plan.elements.iter().any(|element| match element {
            Element::StoreFull { at, lasts } => (*at..at + lasts).contains(&now),
            _ => false,
        });
        full && !self.state().healed
    }
}

fn failed(op: Op) -> StoreError {
    StoreError::Failed { operation: op.name(), message: "a fault of the simulation".to_owned() }
}
