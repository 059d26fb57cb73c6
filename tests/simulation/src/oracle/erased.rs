//! Who was erased left nothing behind.

use sportello_domain::ids::ConversationId;
use sportello_engine::ports::store::{Desk, Lanes};

use crate::world::{Invariant, World};

pub(super) async fn judge(world: &World) {
    let erased: Vec<ConversationId> = world.state().ledger.erased.keys().copied().collect();
    for id in erased {
        let is_there = world.store.conversation(id).await.is_ok_and(|found| found.is_some());
        let says = world.store.transcript(id).await.is_ok_and(|lines| !lines.is_empty());
        let tells = world.store.turns(id).await.is_ok_and(|turns| !turns.is_empty());
        if is_there || says || tells {
            world.broken(Invariant::Erased, || format!("conversation {id} is still there"));
        }
    }
}
