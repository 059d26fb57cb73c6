//! What is asked of a plan: who writes what, what operators do, and when all of it is over.

use super::{Blow, Element, Plan, Swap, Wants};
use crate::builds::Served;
use crate::customers::key;

impl Plan {
    /// How many customers write.
    #[must_use]
    pub fn customers(&self) -> usize {
        let writers = self.elements.iter().filter_map(|element| match element {
            Element::Message { customer, .. } => Some(customer + 1),
            _ => None,
        });
        writers.max().unwrap_or(0)
    }

    /// When the last thing of the plan happens; what goes wrong goes wrong until a little later.
    #[must_use]
    pub fn ends(&self) -> u64 {
        let times = self.elements.iter().map(|element| match element {
            Element::Message { at, told, .. } => at + told.delay + told.again.unwrap_or(0),
            Element::Person { at, .. }
            | Element::Operator { at, .. }
            | Element::Node { at, .. }
            | Element::Rehearse { at, .. }
            | Element::Held { at, .. } => *at,
            Element::Restore { made_at, at, down } => made_at.max(at) + down,
            Element::StoreFull { at, lasts } | Element::Outage { at, lasts, .. } => at + lasts,
            Element::Blow { .. } | Element::Send { .. } | Element::Status { .. } | Element::Hint { .. } => 0,
        });
        times.max().unwrap_or(0) + 5_000
    }

    /// All messages: whose, and their keys.
    pub fn messages(&self) -> impl Iterator<Item = (usize, String)> {
        self.elements.iter().filter_map(|element| match element {
            Element::Message { customer, number, .. } => Some((*customer, key(*customer, *number))),
            _ => None,
        })
    }

    /// The keys of messages for which something is looked up.
    #[must_use]
    pub fn lookups(&self) -> Vec<String> {
        let lookups = self.elements.iter().filter_map(|element| match element {
            Element::Message { customer, number, wants: Wants::Lookup, .. } => Some(key(*customer, *number)),
            _ => None,
        });
        lookups.collect()
    }

    /// All that operators do.
    #[must_use]
    pub fn swaps(&self) -> Vec<Swap> {
        let swaps = self.elements.iter().filter_map(|element| match element {
            Element::Operator { swap, .. } | Element::Blow { blow: Blow::Operator(swap), .. } => Some(*swap),
            _ => None,
        });
        swaps.collect()
    }

    /// Of what operators replay what was recorded.
    pub fn replays(&self) -> impl Iterator<Item = Served> {
        self.elements.iter().filter_map(|element| match element {
            Element::Rehearse { of, .. } => Some(*of),
            _ => None,
        })
    }
}
