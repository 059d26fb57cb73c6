//! Backups: the whole store as of one moment, with what it was seen to have done until then. Where one is put back, what came
//! after it is undone, in the store and in the ledger; what platforms took is not, and is kept in mind as what it was.

use std::sync::Arc;

use sportello_domain::ids::ConversationId;
use sportello_engine::memory;
use sportello_engine::ports::store::{Holding, Outbox, Stored};

use super::{Ledger, State, World};

/// A backup.
pub struct Backup {
    store: memory::Backup,
    ledger: Ledger,
    /// What platforms had taken by then.
    acts: usize,
    /// What the shop had done by then.
    orders: usize,
}

impl World {
    /// Makes a backup, beside whatever goes on.
    #[must_use]
    pub fn back_up(&self) -> Backup {
        self.tell(None, || "a BACKUP is made".to_owned());
        let store = self.store.back_up();
        let state = self.state();
        let (acts, orders) = (state.platforms.acts.len(), state.platforms.orders.len());
        Backup { store, ledger: state.ledger.clone(), acts, orders }
    }

    /// As operators do it: everything is stopped, the backup is put back, what was not final in it is held, and nodes start again
    /// after so long. Nobody waits in between.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn restore(self: &Arc<Self>, backup: Backup, down: u64) -> Stored<()> {
        let nodes = 0..self.plan.setup.nodes;
        nodes.clone().for_each(|node| self.end_life(node));
        self.store.put_back(&backup.store);
        self.state().undo(backup);
        self.witness_hold().await?;
        let generation = self.store.hold().await?;
        self.tell(None, || format!("ALL NODES STOP, THE BACKUP IS PUT BACK (generation {generation})"));
        nodes.for_each(|node| self.launch(node, down));
        Ok(())
    }

    /// Looks at what is not final, before the store is told to hold it.
    async fn witness_hold(&self) -> Stored<()> {
        let lanes = self.conversations().await.into_iter().map(|overview| overview.conversation);
        let until: Vec<(ConversationId, u64)> = lanes.map(|lane| (lane.id, lane.last_seq)).collect();
        let known: Vec<_> = self.state().ledger.outgoing.keys().copied().collect();
        let mut open = vec![];
        for id in known {
            let item = self.store.delivery(id).await?;
            open.extend(item.filter(|item| !item.state.is_final()).map(|item| (item.conversation, id)));
        }
        let ledger = &mut self.state().ledger;
        ledger.held.hold(until, open, &ledger.schedules);
        Ok(())
    }
}

impl State {
    /// The ledger goes back with the store. What was done in between may come again, with a reason.
    fn undo(&mut self, backup: Backup) {
        let undone = std::mem::replace(&mut self.ledger, backup.ledger);
        let Self { ledger, platforms, .. } = self;
        for act in &mut platforms.acts {
            let was_known = act.undone || undone.outgoing.contains_key(&act.delivery);
            act.undone = was_known && !ledger.outgoing.contains_key(&act.delivery);
        }
        for (id, outgoing) in &mut ledger.outgoing {
            let since = platforms.acts[backup.acts..].iter().filter(|act| act.delivery == *id && !act.dropped);
            outgoing.undone += since.count();
            // What the platform makes of it is not undone.
            if let Some(undone) = undone.outgoing.get(id) {
                outgoing.refused |= undone.refused;
                // Nor is when it arrived.
                outgoing.stalled |= undone.stalled || undone.sent_again > outgoing.sent_again;
            }
            for attempt in outgoing.attempts.iter_mut().filter(|attempt| !attempt.ended) {
                (attempt.ended, attempt.ambiguous) = (true, true);
            }
        }
        // What a turn in the backup was about to order is known there, and was ordered by now.
        for order in platforms.orders[backup.orders..].iter().filter(|order| ledger.intents.contains(*order)) {
            if !ledger.orders.contains(order) {
                ledger.orders.push(order.clone());
            }
        }
    }
}
