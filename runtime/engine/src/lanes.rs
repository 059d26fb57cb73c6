//! One task a conversation at a time: whoever is woken while at work works once more.
//!
//! Lanes exist only while they have work, and a bound on those at work together keeps the rest waiting in a queue of ids.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sportello_domain::ids::ConversationId;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    Queued,
    Working,
    /// Woken while at work.
    WorkingAndWoken,
}

#[derive(Default)]
struct State {
    lanes: HashMap<ConversationId, Lane>,
    ready: VecDeque<ConversationId>,
    working: usize,
}

/// Lanes of one sort of work.
pub(crate) struct Lanes {
    state: Mutex<State>,
    changed: Notify,
    most: usize,
}

impl Lanes {
    /// At most `most` lanes work at the same time.
    pub(crate) fn new(most: usize) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), most }
    }

    /// Has a lane work, now or once more.
    pub(crate) fn wake(&self, id: ConversationId) {
        let mut state = self.lock();
        match state.lanes.get_mut(&id) {
            None => {
                state.lanes.insert(id, Lane::Queued);
                state.ready.push_back(id);
                drop(state);
                self.changed.notify_one();
            }
            Some(lane @ Lane::Working) => *lane = Lane::WorkingAndWoken,
            Some(Lane::Queued | Lane::WorkingAndWoken) => {}
        }
    }

    /// Has a lane work a little later.
    pub(crate) fn wake_after(self: &Arc<Self>, id: ConversationId, wait: Duration) {
        let lanes = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            lanes.wake(id);
        });
    }

    /// How many lanes wait or work.
    pub(crate) fn busy(&self) -> usize {
        self.lock().lanes.len()
    }

    /// Gives work to lanes until it is stopped; work that has begun is tracked by `tasks` and ends by itself.
    pub(crate) async fn run<W, F>(self: Arc<Self>, stop: CancellationToken, tasks: TaskTracker, work: W)
    where
        W: Fn(ConversationId) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        loop {
            while let Some(id) = self.next() {
                let work = work(id);
                let lanes = Arc::clone(&self);
                tasks.spawn(async move {
                    work.await;
                    lanes.done(id);
                });
            }
            tokio::select! {
                () = self.changed.notified() => {}
                () = stop.cancelled() => return,
            }
        }
    }

    fn next(&self) -> Option<ConversationId> {
        let mut state = self.lock();
        if state.working >= self.most {
            return None;
        }
        let id = state.ready.pop_front()?;
        state.lanes.insert(id, Lane::Working);
        state.working += 1;
        Some(id)
    }

    fn done(&self, id: ConversationId) {
        let mut state = self.lock();
        state.working -= 1;
        if state.lanes.remove(&id) == Some(Lane::WorkingAndWoken) {
            state.lanes.insert(id, Lane::Queued);
            state.ready.push_back(id);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// What the lock guards is whole between any two statements, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_lane_never_works_twice_at_once_and_forgets_no_call() {
        let lanes = Arc::new(Lanes::new(8));
        let (at_work, worked, most) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let stop = CancellationToken::new();
        let work = {
            let (at_work, worked, most) = (at_work.clone(), worked.clone(), most.clone());
            move |_| {
                let (at_work, worked, most) = (at_work.clone(), worked.clone(), most.clone());
                async move {
                    most.fetch_max(at_work.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::task::yield_now().await;
                    worked.fetch_add(1, Ordering::SeqCst);
                    at_work.fetch_sub(1, Ordering::SeqCst);
                }
            }
        };
        let runner = tokio::spawn(lanes.clone().run(stop.clone(), TaskTracker::new(), work));
        let id = ConversationId::new(1, 1);
        lanes.wake(id);
        tokio::task::yield_now().await;
        lanes.wake(id);
        lanes.wake(id);
        while lanes.busy() > 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        runner.await.unwrap();
        assert_eq!(most.load(Ordering::SeqCst), 1);
        assert!(worked.load(Ordering::SeqCst) >= 2);
    }
}
