//! Breaking each rule once on purpose, to show that it is found.

use sportello_engine::Sabotage;

use crate::plan::{Blow, Element, Op, Plan, Point};
use crate::run;
use crate::world::Violation;

/// How a broken rule was found.
#[derive(Debug)]
pub struct Found {
    /// After so many seeds.
    pub seeds: u64,
    /// By what was seen.
    pub by: Violation,
}

/// Something that is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A rule.
    Rule(Sabotage),
    /// The disk: the store says that it has accepted, and has not. No program can help that, so it is not a rule; the oracle has to
    /// notice.
    Disk,
}

impl Broken {
    /// All that can be broken.
    pub fn all() -> impl Iterator<Item = Self> {
        Sabotage::ALL.into_iter().map(Self::Rule).chain([Self::Disk])
    }

    /// The rule, and what is broken, for people.
    #[must_use]
    pub fn words(self) -> (String, &'static str) {
        match self {
            Self::Rule(rule) => (rule.rule().to_string(), rule.what()),
            Self::Disk => ("disk".to_owned(), "what was synchronised is lost"),
        }
    }

    /// Looks for it in this many seeds.
    ///
    /// # Errors
    /// Where no runtime can be had.
    pub fn find(self, seeds: u64) -> std::io::Result<Option<Found>> {
        if let Self::Rule(rule) = self {
            Sabotage::set(Some(rule));
        }
        let found = (0..seeds).find_map(|seed| {
            let first = run(&self.plan(seed), false).map(|report| report.violations.into_iter().next());
            let found = first.map(|first| first.map(|by| Found { seeds: seed + 1, by }));
            found.transpose()
        });
        Sabotage::set(None);
        found.transpose()
    }

    fn plan(self, seed: u64) -> Plan {
        let mut plan = Plan::of(seed);
        if self == Self::Disk {
            plan.elements.push(Element::Blow { point: Point::Before(Op::Accept), nth: 0, blow: Blow::Lies });
        }
        plan
    }
}
