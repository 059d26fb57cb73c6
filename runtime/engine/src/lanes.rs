//! One task a conversation at a time: whoever is woken while at work works once more.
//!
//! Lanes exist only while they have work, and a bound on those at work together keeps the rest waiting in a queue of ids.
//! A lane may be woken with a start: work that was claimed for it already, and that must not wait behind the others.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sportello_domain::ids::ConversationId;
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Lanes that are kept in mind at once, so that a backlog takes room in the store alone.
const MOST: usize = 100_000;

enum Lane<S> {
    Queued(Option<S>),
    Working,
    /// Woken while at work.
    WorkingAndWoken(Option<S>),
}

struct State<S> {
    lanes: HashMap<ConversationId, Lane<S>>,
    ready: VecDeque<ConversationId>,
    working: usize,
}

/// Lanes of one sort of work, which may begin with an `S`.
pub(crate) struct Lanes<S> {
    state: Mutex<State<S>>,
    changed: Notify,
    most: usize,
}

impl<S: Send + 'static> Lanes<S> {
    /// At most `most` lanes work at the same time.
    pub(crate) fn new(most: usize) -> Self {
        let state = State { lanes: HashMap::new(), ready: VecDeque::new(), working: 0 };
        Self { state: Mutex::new(state), changed: Notify::new(), most }
    }

    /// Has a lane work, now or once more.
    pub(crate) fn wake(&self, id: ConversationId) {
        self.enter(id, None);
    }

    /// Has a lane work on what was claimed for it, before all that wait; a newer start replaces an older one.
    pub(crate) fn wake_with(&self, id: ConversationId, start: S) {
        self.enter(id, Some(start));
    }

    fn enter(&self, id: ConversationId, start: Option<S>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let full = state.lanes.len() >= MOST;
        match state.lanes.get_mut(&id) {
            // It is a hint, after all: the periodic look for work brings it again.
            None if start.is_none() && full => {}
            None => {
                state.queue(id, start);
                drop(guard);
                self.changed.notify_one();
            }
            Some(lane @ Lane::Working) => *lane = Lane::WorkingAndWoken(start),
            Some(Lane::Queued(kept) | Lane::WorkingAndWoken(kept)) => *kept = start.or_else(|| kept.take()),
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

    /// Whether another lane could begin at once, so that claiming work for it ahead is no waste.
    pub(crate) fn has_room(&self) -> bool {
        let state = self.lock();
        state.working + state.ready.len() < self.most
    }

    /// Gives work to lanes until it is stopped; work that has begun is tracked by `tasks` and ends by itself.
    pub(crate) async fn run<W, F>(self: Arc<Self>, stop: CancellationToken, tasks: TaskTracker, work: W)
    where
        W: Fn(ConversationId, Option<S>) -> F + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        loop {
            while let Some((id, start)) = self.next() {
                let work = work(id, start);
                let lanes = Arc::clone(&self);
                tasks.spawn(async move {
                    work.await;
                    lanes.done(id);
                });
            }
            tokio::select! {
                biased;
                () = self.changed.notified() => {}
                () = stop.cancelled() => return,
            }
        }
    }

    /// What was claimed for lanes and not begun: for the one who stops, once nobody works any more.
    pub(crate) fn take_starts(&self) -> Vec<(ConversationId, S)> {
        let State { lanes, .. } = &mut *self.lock();
        let left = lanes.drain().filter_map(|(id, lane)| match lane {
            Lane::Queued(start) | Lane::WorkingAndWoken(start) => Some((id, start?)),
            Lane::Working => None,
        });
        left.collect()
    }

    fn next(&self) -> Option<(ConversationId, Option<S>)> {
        let mut state = self.lock();
        if state.working >= self.most {
            return None;
        }
        let id = state.ready.pop_front()?;
        let start = match state.lanes.insert(id, Lane::Working) {
            Some(Lane::Queued(start)) => start,
            _ => None,
        };
        state.working += 1;
        Some((id, start))
    }

    fn done(&self, id: ConversationId) {
        let mut state = self.lock();
        state.working -= 1;
        if let Some(Lane::WorkingAndWoken(start)) = state.lanes.remove(&id) {
            state.queue(id, start);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// What the lock guards is whole between any two statements, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> State<S> {
    fn queue(&mut self, id: ConversationId, start: Option<S>) {
        if start.is_some() {
            self.ready.push_front(id);
        } else {
            self.ready.push_back(id);
        }
        self.lanes.insert(id, Lane::Queued(start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_takes_no_more_room_than_there_is() {
        let lanes = Lanes::<()>::new(8);
        for number in 0..=MOST as u128 {
            lanes.wake(ConversationId::new(1, number));
        }
        assert_eq!(lanes.busy(), MOST);
        lanes.wake_with(ConversationId::new(2, 0), ());
        assert_eq!(lanes.busy(), MOST + 1, "what is claimed is not left lying");
    }
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_lane_never_works_twice_at_once_and_forgets_no_call() {
        let lanes = Arc::new(Lanes::<()>::new(8));
        let (at_work, worked, most) =
            (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let stop = CancellationToken::new();
        let work = {
            let (at_work, worked, most) = (at_work.clone(), worked.clone(), most.clone());
            move |_, _| {
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
