//! Nodes: engines that start, crash, stand still, and have clocks of their own.

use std::collections::BTreeSet;
use std::sync::Arc;

use sportello_engine::ports::store::Recovery;
use sportello_engine::{Engine, EngineError, LifeTerms, Ports, Registry, Settings, Wanted};
use tokio::sync::Notify;

use super::{Seat, World};
use crate::carrier::Wires;
use crate::catalog::configured;
use crate::plan::Element;
use crate::plugins::Clerk;
use crate::store::Faulty;

/// How long an unknown outcome waits for an echo; shorter than in the program, so that runs are short, and longer than an attempt
/// may last.
pub const HOLD: u64 = 75_000;

/// What drains keeps its dialogues for a shorter time than in the program, too; milliseconds.
const DRAIN: u64 = 90_000;

/// A node.
pub struct Node {
    /// What runs on it.
    pub engine: Option<Arc<Engine>>,
    /// And what it knows of revisions.
    pub registry: Option<Arc<Registry>>,
    /// It is dead where its how manieth life is over.
    pub life: u32,
    /// It stands still until then.
    pub paused_until: u64,
    /// How far its clock on the wall is ahead.
    pub clock_offset: i64,
    /// When it hears hints.
    pub hints: BTreeSet<u64>,
    /// Rings when there is another one.
    pub rung: Arc<Notify>,
    died: Arc<Notify>,
}

pub(super) fn build(world: &Arc<World>) {
    let node = || Node {
        engine: None,
        registry: None,
        life: 0,
        paused_until: 0,
        clock_offset: 0,
        hints: BTreeSet::new(),
        rung: Arc::default(),
        died: Arc::default(),
    };
    world.state().nodes = std::iter::repeat_with(node).take(world.plan.setup.nodes).collect();
}

impl World {
    /// Starts every node, and has happen to them what the plan says.
    pub fn start_nodes(self: &Arc<Self>) {
        for node in 0..self.plan.setup.nodes {
            self.launch(node, 0);
        }
        for element in &self.plan.elements {
            if let Element::Node { at, node, blow } = *element {
                let world = Arc::clone(self);
                tokio::spawn(async move {
                    world.until(at).await;
                    if !world.state().healed {
                        world.strike(node, blow);
                    }
                });
            }
        }
    }

    /// Starts a node a little later.
    pub(super) fn launch(self: &Arc<Self>, node: usize, after: u64) {
        let world = Arc::clone(self);
        let life = self.state().nodes[node].life;
        tokio::spawn(async move {
            world.until(world.elapsed() + after).await;
            while world.state().nodes[node].life == life {
                let seat = Seat { world: Arc::clone(&world), node, life };
                if !world.state().leases.contains_key(&seat.id()) {
                    tokio::spawn(seat.clone().beat());
                    tokio::task::yield_now().await;
                }
                match start(&seat).await {
                    Ok((engine, registry, recovery)) => {
                        world.tell(Some(node), || {
                            format!("started; {} were being sent, {} lanes have work", recovery.unknown, recovery.lanes)
                        });
                        let mut state = world.state();
                        if state.nodes[node].life == life {
                            state.nodes[node].engine = Some(engine);
                            state.nodes[node].registry = Some(registry);
                        }
                        return;
                    }
                    Err(error) => world.tell(Some(node), || format!("could not start: {error}")),
                }
                world.until(world.elapsed() + 1_000).await;
            }
        });
    }

    /// A node loses all that is not in the store, and starts again after so long.
    pub fn crash(self: &Arc<Self>, node: usize, down: u64) {
        self.tell(Some(node), || format!("CRASHES, and is down for {down} ms"));
        self.end_life(node);
        self.launch(node, down);
    }

    /// No call of this life ever returns.
    pub(super) fn end_life(&self, node: usize) {
        let mut state = self.state();
        state.ledger.node_is_lost(node);
        let over = &mut state.nodes[node];
        (over.engine, over.registry) = (None, None);
        over.life += 1;
        over.paused_until = 0;
        over.hints.clear();
        over.rung = Arc::default();
        over.died.notify_waiters();
    }

    /// A node stands still for so long.
    pub fn pause(&self, node: usize, lasts: u64) {
        self.tell(Some(node), || format!("STANDS STILL for {lasts} ms"));
        let until = self.elapsed() + lasts;
        let mut state = self.state();
        state.stood_still += lasts;
        state.ledger.node_stood_still(node);
        state.nodes[node].paused_until = until.max(state.nodes[node].paused_until);
    }

    /// A node's clock on the wall jumps by so much.
    pub fn jump(&self, node: usize, by: i64) {
        self.tell(Some(node), || format!("its clock JUMPS by {} minutes", by / 60_000));
        let mut state = self.state();
        state.nodes[node].clock_offset += by;
    }

    /// Something goes wrong with a node.
    pub fn strike(self: &Arc<Self>, node: usize, blow: crate::plan::NodeBlow) {
        use crate::plan::NodeBlow::{Clock, Crash, Pause};
        match blow {
            Crash(down) => self.crash(node, down),
            Pause(lasts) => self.pause(node, lasts),
            Clock(by) => self.jump(node, by),
        }
    }

    /// From now on nothing goes wrong: nodes move, clocks are right.
    pub fn heal(&self) {
        self.tell(None, || "FAULTS ARE OVER".to_owned());
        let mut state = self.state();
        state.healed = true;
        for node in &mut state.nodes {
            node.paused_until = 0;
            node.clock_offset = 0;
        }
    }

    /// An engine to talk to, with its node and life: the `nth` of those that live.
    pub fn some_engine(&self, nth: usize) -> Option<(Arc<Engine>, usize, u32)> {
        let state = self.state();
        let alive: Vec<_> = state.nodes.iter().enumerate().filter(|(_, node)| node.engine.is_some()).collect();
        let (index, node) = *alive.get(nth % alive.len().max(1))?;
        Some((Arc::clone(node.engine.as_ref()?), index, node.life))
    }

    /// As [`Self::some_engine`], for who swaps revisions.
    pub fn some_registry(&self, nth: usize) -> Option<(Arc<Registry>, usize, u32)> {
        let (_, node, life) = self.some_engine(nth)?;
        Some((Arc::clone(self.state().nodes[node].registry.as_ref()?), node, life))
    }

    /// Waits until this life of a node is over; who waits longest is told first, unlike by a `watch`, which draws lots.
    pub async fn death_of(&self, node: usize, life: u32) {
        loop {
            let died = Arc::clone(&self.state().nodes[node].died);
            let death = died.notified();
            if self.state().nodes[node].life != life {
                return;
            }
            death.await;
        }
    }

    /// Takes the world apart: engines hold their ports, and these hold the world.
    pub fn end(&self) {
        let nodes = std::mem::take(&mut self.state().nodes);
        drop(nodes);
    }
}

/// As the program starts: what is configured is brought to serve, then everything is taken up.
async fn start(seat: &Seat) -> Result<(Arc<Engine>, Arc<Registry>, Recovery), EngineError> {
    let clerk = Arc::new(Clerk::new(seat.clone()));
    let ports = Ports {
        store: Arc::new(Faulty::new(seat.clone())),
        plugins: Arc::clone(&clerk) as _,
        carrier: Arc::new(Wires::new(seat.clone(), Arc::clone(&clerk))),
        clock: Arc::new(seat.clone()),
        entropy: Arc::new(seat.clone()),
    };
    let builds = configured(&seat.world.plan.setup);
    let names = builds.iter().map(|build| build.name.clone()).collect();
    let own = (Arc::clone(&ports.store), clerk as _, Arc::clone(&ports.plugins));
    let time = (Arc::clone(&ports.clock), Arc::clone(&ports.entropy));
    let terms = LifeTerms { drain: DRAIN, ..LifeTerms::default() };
    let registry = Arc::new(Registry::new(own, time, seat.world.base.clone(), names, terms));
    for build in builds {
        let (revision, component) = (build.revision(), build.component());
        registry.configure(Wanted { revision, component, corpus: None }).await?;
    }
    registry.begin().await?;
    let settings = Settings { unknown_hold: HOLD, ..Settings::default() };
    let (engine, recovery) = Engine::start(ports, registry.pointer(), settings).await?;
    tokio::spawn(Arc::clone(&registry).run(engine.stopping()));
    Ok((Arc::new(engine), registry, recovery))
}
