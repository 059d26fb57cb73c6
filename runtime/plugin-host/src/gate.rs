//! Lets as many calls through as the pool holds, and keeps a bounded number waiting.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The gate in front of one revision, behind which stands that of the whole host.
#[derive(Debug)]
pub(crate) struct Gate {
    own: Arc<Semaphore>,
    all: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// The right to one call, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Pass {
    _own: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// So many wait already.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full(pub(crate) usize);

impl Gate {
    pub(crate) fn new(own: usize, all: Arc<Semaphore>, most_waiting: usize) -> Self {
        Self { own: Arc::new(Semaphore::new(own)), all, waiting: AtomicUsize::new(0), most_waiting }
    }

    pub(crate) async fn enter(&self) -> Result<Pass, Full> {
        if let Some(pass) = self.enter_at_once() {
            return Ok(pass);
        }
        let _place = Place::take(self)?;
        // Its own first: calls of one plugin that wait for each other hold no slot of the others.
        let own = Arc::clone(&self.own).acquire_owned().await;
        let all = Arc::clone(&self.all).acquire_owned().await;
        // Neither is ever closed.
        match (own, all) {
            (Ok(own), Ok(all)) => Ok(Pass { _own: own, _all: all }),
            _ => Err(Full(0)),
        }
    }

    fn enter_at_once(&self) -> Option<Pass> {
        let own = Arc::clone(&self.own).try_acquire_owned().ok()?;
        let all = Arc::clone(&self.all).try_acquire_owned().ok()?;
        Some(Pass { _own: own, _all: all })
    }
}

/// A place among those who wait, left also when the caller gives up.
struct Place<'a>(&'a Gate);

impl<'a> Place<'a> {
    fn take(gate: &'a Gate) -> Result<Self, Full> {
        let before = gate.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(gate);
        if before < gate.most_waiting { Ok(place) } else { Err(Full(before)) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(own: usize, all: usize, waiting: usize) -> Gate {
        Gate::new(own, Arc::new(Semaphore::new(all)), waiting)
    }

    #[tokio::test]
    async fn one_more_than_may_wait_is_told_how_many_do() {
        let gate = gate(1, 8, 1);
        let inside = gate.enter().await.unwrap();
        let mut waits = std::pin::pin!(gate.enter());
        assert!(futures::poll!(&mut waits).is_pending());
        assert_eq!(gate.enter().await.unwrap_err(), Full(1));
        drop(inside);
        waits.await.unwrap();
    }

    #[tokio::test]
    async fn who_gives_up_makes_room() {
        let gate = gate(1, 8, 1);
        let _inside = gate.enter().await.unwrap();
        {
            let mut gives_up = std::pin::pin!(gate.enter());
            assert!(futures::poll!(&mut gives_up).is_pending());
        }
        let mut waits = std::pin::pin!(gate.enter());
        assert!(futures::poll!(&mut waits).is_pending());
    }

    #[tokio::test]
    async fn one_plugin_leaves_room_for_the_others() {
        let all = Arc::new(Semaphore::new(2));
        let greedy = Gate::new(1, Arc::clone(&all), 9);
        let other = Gate::new(1, all, 9);
        let _inside = greedy.enter().await.unwrap();
        let mut waits = std::pin::pin!(greedy.enter());
        assert!(futures::poll!(&mut waits).is_pending());
        other.enter().await.unwrap();
    }
}
