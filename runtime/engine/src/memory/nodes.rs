//! Several nodes on one store: lanes and sends belong to a node for as long as it lives (rules 6 and 12).

use std::sync::Arc;

use super::state::State;
use crate::ports::store::{StoreError, Stored};

/// Who calls.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) id: u64,
    pub(super) lives: Arc<dyn Fn(u64) -> bool + Send + Sync>,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "node {}", self.id)
    }
}

impl State {
    /// The node that calls; none where there is but one.
    pub(super) fn own(&self) -> Option<u64> {
        self.caller.as_ref().map(|caller| caller.id)
    }

    /// Whether another node that lives has what this one is about to take; this one has to live itself.
    pub(super) fn is_elsewhere(&self, holder: Option<u64>) -> Stored<bool> {
        let Some(caller) = &self.caller else { return Ok(false) };
        if !(caller.lives)(caller.id) {
            let message = "this node has no lease".to_owned();
            return Err(StoreError::Failed { operation: "take something", message });
        }
        Ok(holder.is_some_and(|holder| holder != caller.id && (caller.lives)(holder)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use sportello_domain::delivery::OutboxState;

    use super::super::MemoryStore;
    use crate::conformance::World;
    use crate::ports::store::{Lanes, StoreError, Upkeep};

    /// Two nodes, the first of which may die.
    fn nodes() -> (MemoryStore, MemoryStore, Arc<AtomicBool>) {
        let (store, dead) = (MemoryStore::new(), Arc::new(AtomicBool::new(false)));
        let lives = {
            let dead = Arc::clone(&dead);
            move |id| id != 1 || !dead.load(Ordering::SeqCst)
        };
        (store.node(1, lives.clone()), store.node(2, lives), dead)
    }

    #[tokio::test]
    async fn a_lane_is_left_to_its_node_until_that_dies() {
        let (one, other, dead) = nodes();
        let world = World::new(&one);
        let id = world.writes("anna", "m1").await;
        let claim = world.claim(id).await;
        assert!(other.claim(id, 20).await.unwrap().is_none());
        dead.store(true, Ordering::SeqCst);
        assert!(other.claim(id, 20).await.unwrap().is_some());
        assert!(matches!(one.commit_turn(world.turn(&claim)).await, Err(StoreError::LaneLost)));
    }

    #[tokio::test]
    async fn nobody_goes_on_with_what_another_node_sends_before_it_can_leave_no_more() {
        let (one, other, dead) = nodes();
        let world = World::new(&one);
        let (id, deliveries) = world.answered("anna", "m1", 1).await;
        let OutboxState::Sending { deadline } = world.sending(id).await.item.state else { panic!("not sent") };
        let now = deadline - 1_000;
        assert_eq!(other.take_over(now, now, &[]).await.unwrap().unknown, 0);
        dead.store(true, Ordering::SeqCst);
        assert_eq!(other.take_over(now, now, &[]).await.unwrap().unknown, 1);
        assert_eq!(world.state(deliveries[0]).await, OutboxState::Unknown { hold_until: deadline });
    }
}
