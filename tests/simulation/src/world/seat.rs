//! What one life of a node sees of its world: every port goes through its seat, so that a crash ends it at any step, and a pause
//! holds it there.

use std::sync::Arc;
use std::time::Duration;

use sportello_domain::ids::ConversationId;
use sportello_engine::memory::MemoryStore;

use super::{Invariant, World};
use crate::plan::{Blow, NodeBlow, Point};
use crate::{operators, people};

/// How long a node is taken to live after its last beat, and how often it beats; milliseconds.
const LEASE: u64 = 5_000;
const BEAT: u64 = 1_000;

/// One life of a node.
#[derive(Clone)]
pub struct Seat {
    /// Where.
    pub world: Arc<World>,
    /// Which node.
    pub node: usize,
    /// Its how manieth life.
    pub life: u32,
}

/// What a call of a port has to make of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in `Blow`")]
pub enum Fault {
    Fails,
    LosesAnswer,
    Lies,
    Traps,
    Busy,
}

impl Seat {
    /// The store as this life of a node sees it; a node that is alone has it for itself.
    #[must_use]
    pub fn store(&self) -> MemoryStore {
        let world = Arc::downgrade(&self.world);
        match self.world.plan.setup.nodes {
            1 => self.world.store.clone(),
            _ => self.world.store.node(self.id(), move |id| world.upgrade().is_some_and(|world| world.has_lease(id))),
        }
    }

    /// What tells this life from every other one of any node.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.node as u64 * 1_000_000 + u64::from(self.life)
    }

    /// Renews the lease of this life for as long as it lasts and moves.
    pub async fn beat(self) {
        loop {
            self.alive().await;
            let until = self.world.elapsed() + LEASE;
            self.world.state().leases.insert(self.id(), until);
            self.world.until(self.world.elapsed() + BEAT).await;
        }
    }

    /// Comes to a step: takes the time that it takes, and bears what goes wrong there. Never returns in a life that is over.
    pub async fn reach(&self, point: Point, of: Option<ConversationId>) -> Option<Fault> {
        self.alive().await;
        let mut fault = None;
        for blow in self.world.blows_at(point) {
            match blow {
                Blow::Node(NodeBlow::Crash(down)) => {
                    self.world.tell(Some(self.node), || format!("at {point}:"));
                    self.world.crash(self.node, down);
                }
                Blow::Node(NodeBlow::Pause(lasts)) => {
                    self.world.tell(Some(self.node), || format!("at {point}:"));
                    self.world.pause(self.node, lasts);
                }
                Blow::Node(NodeBlow::Clock(by)) => self.world.jump(self.node, by),
                Blow::Person(act) => people::at_this_moment(&self.world, of, act).await,
                Blow::Operator(swap) => operators::at_this_moment(&self.world, swap).await,
                Blow::Fails => fault = Some(Fault::Fails),
                Blow::LosesAnswer => fault = Some(Fault::LosesAnswer),
                Blow::Lies => fault = Some(Fault::Lies),
                Blow::Traps => fault = Some(Fault::Traps),
                Blow::Busy => fault = Some(Fault::Busy),
            }
        }
        if let Some(fault) = fault {
            self.world.state().plugins_failed |= matches!(fault, Fault::Traps | Fault::Busy);
            self.world.tell(Some(self.node), || format!("at {point}: {fault}"));
        }
        self.take_time(point).await;
        self.alive().await;
        fault
    }

    /// Whether this life is not over.
    #[must_use]
    pub fn lasts(&self) -> bool {
        self.world.state().nodes.get(self.node).is_some_and(|node| node.life == self.life)
    }

    /// Goes on only while this life lasts and the node moves.
    pub async fn alive(&self) {
        loop {
            let (life, paused_until) = {
                let state = self.world.state();
                let node = &state.nodes[self.node];
                (node.life, node.paused_until)
            };
            if life != self.life {
                std::future::pending::<()>().await;
            }
            if paused_until <= self.world.elapsed() {
                return;
            }
            self.world.until(paused_until).await;
        }
    }

    /// Mostly next to nothing, sometimes long; and always a chance for everybody else.
    async fn take_time(&self, point: Point) {
        let takes = if self.world.plan.setup.calm { 1 } else { self.drawn_time(point) };
        match takes {
            0 => tokio::task::yield_now().await,
            takes => tokio::time::sleep(Duration::from_millis(takes)).await,
        }
    }

    fn drawn_time(&self, point: Point) -> u64 {
        let nth = self.world.state().reached.get(&point).copied().unwrap_or(0);
        let mut dice = self.world.draw(point.name(), nth.into());
        match dice.u8(..) {
            0..=127 => 0,
            128..=229 => dice.u64(1..4),
            230..=249 => dice.u64(4..40),
            250..=254 => dice.u64(40..400),
            255 if self.world.state().healed => 40,
            255 => dice.u64(400..3_000),
        }
    }

    /// Keeps that a promise was broken.
    pub fn broken(&self, of: Invariant, seen: impl FnOnce() -> String) {
        self.world.broken(of, seen);
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Fails => "the store fails, nothing was done",
            Self::LosesAnswer => "it is done, and the answer is lost",
            Self::Lies => "it is said to be done, and is not",
            Self::Traps => "the plugin traps",
            Self::Busy => "the plugin is busy",
        })
    }
}
