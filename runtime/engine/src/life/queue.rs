//! One at a time makes a revision ready: whoever comes second waits, and finds it ready. Of different revisions nobody waits for
//! the other, since a classifier may be trained for minutes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sportello_domain::revision::RevisionId;
use tokio::sync::OwnedMutexGuard;

/// Those who make revisions ready, or wait for who does.
#[derive(Default)]
pub(super) struct Queue(Mutex<HashMap<RevisionId, Arc<tokio::sync::Mutex<()>>>>);

impl Queue {
    /// Waits until nobody else is at this revision, as long as what comes back is held.
    pub(super) async fn turn(&self, id: &RevisionId) -> OwnedMutexGuard<()> {
        let place = {
            let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            places.retain(|_, place| Arc::strong_count(place) > 1);
            Arc::clone(places.entry(id.clone()).or_default())
        };
        place.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn only_of_the_same_revision_does_one_wait_for_the_other() {
        let queue = Queue::default();
        let [one, other] = ["one", "other"].map(|id| RevisionId(id.to_owned()));
        let first = queue.turn(&one).await;
        assert!(queue.turn(&one).now_or_never().is_none());
        assert!(queue.turn(&other).now_or_never().is_some());
        drop(first);
        assert!(queue.turn(&one).now_or_never().is_some());
        let _last = queue.turn(&other).await;
        assert_eq!(queue.0.lock().unwrap().len(), 1, "who has gone is forgotten");
    }
}
