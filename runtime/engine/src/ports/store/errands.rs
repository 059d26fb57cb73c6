//! What is performed after a webhook was taken, and what of it is not where somebody was erased (rule 22).

use serde::{Deserialize, Serialize};
use sportello_domain::{
    Instant,
    contract::{Event, HttpRequest, Sender},
    ids::ErrandId,
    revision::RevisionId,
};

use super::{Acceptance, Accepted};

/// A request to be performed after a webhook was taken; its answer is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingErrand {
    /// Drawn by the caller.
    pub id: ErrandId,
    /// Whose grants, secrets and connections apply.
    pub revision: RevisionId,
    /// What to perform.
    pub request: HttpRequest,
    /// Not before, by the store's time.
    pub due_at: Instant,
    /// How often it was tried.
    pub attempts: u32,
}

impl Acceptance {
    /// The errands that are kept, once it is known what became of each event. A plugin does not say to which of them an errand belongs:
    /// where all were dropped it is none, and where some were, what would be published to anybody whom these name goes with them,
    /// for it may hold what they said.
    #[must_use]
    pub fn errands_after(&self, accepted: &[Accepted]) -> Vec<PendingErrand> {
        let events = self.events.iter().map(|incoming| &incoming.event).zip(accepted);
        let dropped: Vec<&Event> =
            events.filter(|(_, accepted)| **accepted == Accepted::Erased).map(|(event, _)| event).collect();
        if !dropped.is_empty() && dropped.len() == self.events.len() {
            return Vec::new();
        }
        let streams: Vec<String> =
            dropped.into_iter().flat_map(names).map(|name| format!("live:{}/{name}", self.channel)).collect();
        self.errands.iter().filter(|errand| !streams.contains(&errand.request.url)).cloned().collect()
    }
}

/// Its thread and whoever did it.
fn names(event: &Event) -> impl Iterator<Item = &String> {
    let thread = event.thread.iter().map(|thread| &thread.address);
    thread.chain(event.happening.sender().into_iter().flat_map(Sender::names))
}
