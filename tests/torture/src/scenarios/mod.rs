//! What goes wrong: one file a scenario.

mod clock;
mod flood;
mod full;
mod killed;
mod neighbours;
mod nodes;
mod platform;
mod poison;
mod swaps;

use clap::ValueEnum;
use sportello_harness::Setup;

use crate::verdict::Verdict;
use crate::world::Store;

/// A scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// The program is killed at random, and started again.
    Killed,
    /// The platform is slow, refuses, and breaks off.
    Platform,
    /// The disk is full, until it is not.
    Full,
    /// A message makes its skill trap.
    Poison,
    /// The clock jumps by an hour, ahead and back.
    Clock,
    /// Two nodes on one PostgreSQL: one is killed, one is stopped for a while, the database crashes.
    TwoNodes,
    /// The same with three.
    ThreeNodes,
    /// Much more is written than can be answered at once.
    Flood,
    /// Somebody is slow, or writes without end: the others do not notice.
    Neighbours,
    /// An operator changes plugins while customers write; on three nodes with PostgreSQL.
    Swaps,
}

/// What every customer hears who is handed over.
const NOTICE: &str = "I'm handing you over to a person";

/// The answers without this intent, for a skill that takes it over.
fn without_intent(setup: Setup, intent: &str) -> anyhow::Result<Setup> {
    let known = setup.config()["skills"]["faq"]["intents"].as_array().cloned().unwrap_or_default();
    let intents: Vec<_> = known.into_iter().filter(|known| known.as_str() != Some(intent)).collect();
    setup.set("skills.faq.intents", intents)
}

/// How thorough it is.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// How often the program is killed.
    pub kills: usize,
    /// Messages of the other scenarios, about.
    pub messages: usize,
    /// Where everything is kept.
    pub store: Store,
}

impl Extent {
    /// What tests have time for.
    pub fn short(store: Store) -> Self {
        Self { kills: 10, messages: 240, store }
    }
}

impl Scenario {
    /// Every one, in the order of the table.
    pub const ALL: &[Self] = &[
        Self::Killed,
        Self::Platform,
        Self::Full,
        Self::Poison,
        Self::Clock,
        Self::TwoNodes,
        Self::ThreeNodes,
        Self::Flood,
        Self::Neighbours,
        Self::Swaps,
    ];

    /// Where it can be played.
    pub fn stores(self) -> &'static [Store] {
        match self {
            Self::Killed | Self::Platform | Self::Full | Self::Poison | Self::Swaps => {
                &[Store::Sqlite, Store::Postgres]
            }
            Self::TwoNodes | Self::ThreeNodes => &[Store::Postgres],
            Self::Clock | Self::Flood | Self::Neighbours => &[Store::Sqlite],
        }
    }

    /// As the table names it.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Plays it.
    pub async fn run(self, extent: Extent) -> anyhow::Result<Verdict> {
        match self {
            Self::Killed => killed::run(extent).await,
            Self::Platform => platform::run(extent).await,
            Self::Full => full::run(extent).await,
            Self::Poison => poison::run(extent).await,
            Self::Clock => clock::run(extent).await,
            Self::TwoNodes => nodes::run(2, extent).await,
            Self::ThreeNodes => nodes::run(3, extent).await,
            Self::Flood => flood::run(extent).await,
            Self::Neighbours => neighbours::run(extent).await,
            Self::Swaps => swaps::run(extent).await,
        }
    }
}
