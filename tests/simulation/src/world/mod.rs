//! The world of one run: its time, its nodes, its store, its platforms, and all that anybody observed.

mod backups;
mod clock;
mod history;
mod ledger;
mod nodes;
mod seat;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sportello_domain::Instant;
use sportello_engine::catalog::Catalog;
use sportello_engine::memory::MemoryStore;

pub use backups::Backup;
pub use history::{Invariant, Line, Violation};
pub use ledger::{Attempt, Erasure, Item, Ledger, Outgoing, Takeover, Turn};
pub use nodes::{HOLD, Node};
pub use seat::{Fault, Seat};

use crate::plan::{Blow, Element, Plan, Point};
use crate::platform::Platforms;

/// When every world begins: Monday, 23 November 2026, 10:00 UTC.
pub const START: Instant = 1_795_428_000_000;

/// A world.
pub struct World {
    /// What happens in it.
    pub plan: Plan,
    /// What engines are configured with, whatever serves.
    pub base: Catalog,
    /// What outlives every crash.
    pub store: MemoryStore,
    began: tokio::time::Instant,
    /// What goes wrong at which step.
    blows: BTreeMap<(Point, u32), Vec<Blow>>,
    told: bool,
    state: Mutex<State>,
}

/// What changes in a world.
#[derive(Default)]
pub struct State {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The platforms, and the shop that takes orders.
    pub platforms: Platforms,
    /// What the store was seen to do.
    pub ledger: Ledger,
    /// What happened, where somebody wants to read it.
    pub history: Vec<Line>,
    /// What must not happen, and did.
    pub violations: Vec<Violation>,
    /// How often each step was reached.
    reached: BTreeMap<Point, u32>,
    drawn: u64,
    /// How many hints were sent.
    pub hints: u32,
    /// Until when a life of a node is taken to last, by its id.
    pub leases: BTreeMap<u64, u64>,
    /// Nothing goes wrong any more.
    pub healed: bool,
    /// What is on its way between platforms, people and us.
    pub under_way: usize,
    /// How far the store's time is ahead of the true one: a node that is alone counts by its own clock on the wall how long it was
    /// down.
    ahead: i64,
    /// How long nodes stood still, altogether; milliseconds.
    pub stood_still: u64,
    /// Some plugin trapped or was busy.
    pub plugins_failed: bool,
}

impl World {
    /// A world before anything has happened. `told`: it keeps a history.
    #[must_use]
    pub fn new(plan: Plan, told: bool) -> Arc<Self> {
        let mut blows: BTreeMap<(Point, u32), Vec<Blow>> = BTreeMap::new();
        for element in &plan.elements {
            if let Element::Blow { point, nth, blow } = element {
                blows.entry((*point, *nth)).or_default().push(*blow);
            }
        }
        let state = State { platforms: Platforms::new(&plan), ..State::default() };
        let world = Arc::new(Self {
            base: crate::catalog::base(),
            store: MemoryStore::new(),
            began: tokio::time::Instant::now(),
            blows,
            told,
            state: Mutex::new(state),
            plan,
        });
        nodes::build(&world);
        world
    }

    /// What changes. Nobody holds it over an await.
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Milliseconds since the world began: the true time.
    #[must_use]
    pub fn elapsed(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The true time on the wall.
    #[must_use]
    pub fn now(&self) -> Instant {
        START + self.elapsed()
    }

    /// The store's time. That of a node may be a little behind, and never ahead.
    #[must_use]
    pub fn time(&self) -> Instant {
        self.now().saturating_add_signed(self.state().ahead)
    }

    /// The node that is alone was told the store's time: it begins with it, or some part of it was ahead of the others.
    pub fn time_told(&self, time: Instant, begins: bool) {
        let ahead = time.wrapping_sub(self.now()).cast_signed();
        let mut state = self.state();
        state.ahead = if begins { ahead } else { ahead.max(state.ahead) };
    }

    /// Lets everybody else work until then.
    pub async fn until(&self, at: u64) {
        tokio::time::sleep(Duration::from_millis(at.saturating_sub(self.elapsed()))).await;
    }

    /// Whether others take this life of a node to last.
    #[must_use]
    pub fn has_lease(&self, id: u64) -> bool {
        let now = self.elapsed();
        self.state().leases.get(&id).is_some_and(|until| *until > now)
    }

    /// Whether faults still happen at exact steps.
    fn blows_at(&self, point: Point) -> Vec<Blow> {
        let mut state = self.state();
        let nth = state.reached.entry(point).or_insert(0);
        *nth += 1;
        let key = (point, *nth - 1);
        if state.healed { vec![] } else { self.blows.get(&key).cloned().unwrap_or_default() }
    }

    /// A number that depends on the seed and on what it is for, and on nothing else: so that a plan with something left out
    /// still draws the same everywhere else.
    #[must_use]
    pub fn draw(&self, purpose: &str, nth: u64) -> fastrand::Rng {
        let letters = purpose
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        fastrand::Rng::with_seed(self.plan.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ letters.wrapping_add(nth << 1))
    }
}
