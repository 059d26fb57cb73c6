//! The other side: messengers that take deliveries and tell of them, and a shop that takes orders. Their logs decide what was
//! lost, repeated or out of order.

use std::collections::{BTreeMap, BTreeSet};

use sportello_domain::contract::Event;
use sportello_domain::ids::DeliveryId;

use crate::plan::{ChannelSetup, Knows, Plan};

/// All platforms, and the shop.
#[derive(Default)]
pub struct Platforms {
    setups: Vec<ChannelSetup>,
    /// What the messengers took, in order.
    pub acts: Vec<Act>,
    /// What the shop did, in order: event and step.
    pub orders: Vec<String>,
    /// Webhooks of which the customer saw that they were taken.
    pub seen: BTreeSet<String>,
    /// News that wait to be asked for, by channel.
    updates: BTreeMap<usize, Vec<(u64, Event)>>,
    updated: u64,
    /// Requests that were to do something, whether they arrived or not.
    pub requests: u32,
}

/// A messenger took a delivery.
#[derive(Clone, Debug)]
pub struct Act {
    /// When.
    pub at: u64,
    /// Which messenger.
    pub channel: usize,
    /// Our id of it.
    pub delivery: DeliveryId,
    /// Whom it reached.
    pub thread: String,
    /// What it said.
    pub text: String,
    /// The messenger's id of it.
    pub message: String,
    /// The messenger had it already, and dropped this one.
    pub dropped: bool,
    /// What wanted it sent was undone: a backup was put back.
    pub undone: bool,
}

impl Platforms {
    /// As the plan wants them.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self { setups: plan.setup.channels.clone(), ..Self::default() }
    }

    /// A messenger takes a delivery.
    pub fn take(&mut self, at: u64, channel: usize, delivery: DeliveryId, thread: String, text: String) -> Act {
        let known = self.acts.iter().find(|act| act.delivery == delivery && !act.dropped);
        let known = known.filter(|_| self.setups[channel].knows == Knows::Drops);
        let (dropped, message) = match known {
            Some(act) => (true, act.message.clone()),
            None => (false, format!("p{}", self.acts.len())),
        };
        let act = Act { at, channel, delivery, thread, text, message, dropped, undone: false };
        self.acts.push(act.clone());
        act
    }

    /// Something to be asked for.
    pub fn update(&mut self, channel: usize, event: Event) {
        self.updated += 1;
        self.updates.entry(channel).or_default().push((self.updated, event));
    }

    /// What came after this cursor; gives what was before it, which is forgotten, the next cursor and the news.
    pub fn updates_after(&mut self, channel: usize, cursor: u64) -> (Vec<Event>, u64, Vec<Event>) {
        const AT_ONCE: usize = 5;
        let waiting = self.updates.entry(channel).or_default();
        let taken = waiting.iter().take_while(|(id, _)| *id <= cursor).count();
        let confirmed = waiting.drain(..taken).map(|(_, event)| event).collect();
        let news: Vec<(u64, Event)> = waiting.iter().take(AT_ONCE).cloned().collect();
        let next = news.last().map_or(cursor, |(id, _)| *id);
        (confirmed, next, news.into_iter().map(|(_, event)| event).collect())
    }

    /// Whether nothing waits to be asked for.
    #[must_use]
    pub fn told_all(&self) -> bool {
        self.updates.values().all(Vec::is_empty)
    }
}
