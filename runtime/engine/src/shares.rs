//! No channel and no skill takes all lanes for itself: each has its share of those at work together, so that one that is slow
//! delays itself and nobody else.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sportello_domain::ids::ConversationId;

/// More conversations than these do not stand in line for a place; the periodic look for work brings them again.
const MOST_WAITING: usize = 10_000;

/// Where a conversation stands that found no place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Waiting,
    /// Somebody left the place to it.
    Granted,
}

#[derive(Default)]
struct Share {
    taken: usize,
    line: VecDeque<ConversationId>,
}

#[derive(Default)]
struct State {
    shares: HashMap<String, Share>,
    standing: HashMap<ConversationId, (String, Standing)>,
}

/// The shares of one sort of work, by the name of the channel or skill.
pub(crate) struct Shares {
    state: Mutex<State>,
    most: usize,
    wake: Box<dyn Fn(ConversationId) + Send + Sync>,
}

/// A place within a share; who drops it leaves it to the next in line.
pub(crate) struct Place {
    shares: Arc<Shares>,
    name: String,
}

impl Shares {
    /// At most `most` places a name; `wake` has a lane work that has got one.
    pub(crate) fn new(most: usize, wake: impl Fn(ConversationId) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), most: most.max(1), wake: Box::new(wake) })
    }

    /// A place; or none, and the conversation stands in line for one.
    pub(crate) fn enter(self: &Arc<Self>, name: &str, id: ConversationId) -> Option<Place> {
        let mut guard = self.lock();
        let State { shares, standing } = &mut *guard;
        let place = || Place { shares: Arc::clone(self), name: name.to_owned() };
        if standing.get(&id).is_some_and(|(granted, at)| *at == Standing::Granted && granted == name) {
            standing.remove(&id);
            return Some(place());
        }
        let share = shares.entry(name.to_owned()).or_default();
        if share.taken < self.most {
            share.taken += 1;
            return Some(place());
        }
        if standing.len() < MOST_WAITING && !standing.contains_key(&id) {
            standing.insert(id, (name.to_owned(), Standing::Waiting));
            share.line.push_back(id);
        }
        None
    }

    /// Whether there is a place for another one.
    pub(crate) fn has_room(&self, name: &str) -> bool {
        self.lock().shares.get(name).is_none_or(|share| share.taken < self.most)
    }

    /// Whether any share is taken whole.
    pub(crate) fn is_crowded(&self) -> bool {
        self.lock().shares.values().any(|share| share.taken >= self.most)
    }

    /// Whether a conversation stands in line: it is woken when its turn has come.
    pub(crate) fn is_waiting(&self, id: ConversationId) -> bool {
        self.lock().standing.get(&id).is_some_and(|(_, at)| *at == Standing::Waiting)
    }

    /// A lane has ended its work: what was left to it and not used goes to the next.
    pub(crate) fn settle(&self, id: ConversationId) {
        let mut state = self.lock();
        if state.standing.get(&id).is_some_and(|(_, at)| *at == Standing::Granted)
            && let Some((name, _)) = state.standing.remove(&id)
        {
            drop(state);
            self.leave(&name);
        }
    }

    fn leave(&self, name: &str) {
        let mut guard = self.lock();
        let State { shares, standing } = &mut *guard;
        let Some(share) = shares.get_mut(name) else { return };
        let Some(next) = share.line.pop_front() else {
            share.taken -= 1;
            if share.taken == 0 {
                shares.remove(name);
            }
            return;
        };
        standing.insert(next, (name.to_owned(), Standing::Granted));
        drop(guard);
        (self.wake)(next);
    }

    /// What the lock guards is whole between any two statements, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shares.leave(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(most: usize) -> (Arc<Shares>, Arc<Mutex<Vec<ConversationId>>>) {
        let woken = Arc::<Mutex<Vec<ConversationId>>>::default();
        let told = Arc::clone(&woken);
        (Shares::new(most, move |id| told.lock().unwrap().push(id)), woken)
    }

    fn id(number: u128) -> ConversationId {
        ConversationId::new(1, number)
    }

    #[test]
    fn a_share_that_is_taken_leaves_the_others_theirs() {
        let (shares, _) = shares(1);
        let _slow = shares.enter("slow", id(1)).unwrap();
        assert!(shares.enter("slow", id(2)).is_none());
        assert!(shares.is_crowded() && !shares.has_room("slow") && shares.has_room("other"));
        shares.enter("other", id(3)).unwrap();
    }

    #[test]
    fn who_stands_in_line_is_woken_in_order_and_finds_the_place_left() {
        let (shares, woken) = shares(1);
        let first = shares.enter("slow", id(1)).unwrap();
        assert!(shares.enter("slow", id(2)).is_none() && shares.enter("slow", id(3)).is_none());
        assert!(shares.is_waiting(id(2)));
        drop(first);
        assert_eq!(*woken.lock().unwrap(), [id(2)]);
        assert!(shares.enter("slow", id(4)).is_none(), "it was left to the second");
        let second = shares.enter("slow", id(2)).unwrap();
        shares.settle(id(2));
        assert_eq!(woken.lock().unwrap().len(), 1, "what is used is not left");
        drop(second);
        assert_eq!(*woken.lock().unwrap(), [id(2), id(3)]);
    }

    #[test]
    fn a_place_that_is_not_used_goes_to_the_next() {
        let (shares, woken) = shares(1);
        let first = shares.enter("slow", id(1)).unwrap();
        assert!(shares.enter("slow", id(2)).is_none() && shares.enter("slow", id(3)).is_none());
        drop(first);
        shares.settle(id(2));
        assert_eq!(*woken.lock().unwrap(), [id(2), id(3)]);
        shares.settle(id(3));
        assert!(shares.has_room("slow") && !shares.is_crowded());
    }
}
