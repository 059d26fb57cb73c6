//! What a store holds besides the guest: all that a call may know, use and leave behind.

use sportello_domain::Instant;

use crate::{budget::Budget, guest_log::GuestLog, random::Random, vault::Vault};

/// The state of one call, or of the calls of one warm instance, one after the other.
#[derive(Debug)]
pub(crate) struct CallState {
    pub(crate) budget: Budget,
    pub(crate) vault: Vault,
    pub(crate) log: GuestLog,
    /// Where the clocks stand.
    pub(crate) now: Instant,
    pub(crate) random: Random,
}

impl CallState {
    /// A further call of the same instance: all is new but the memory that the instance holds.
    pub(crate) fn renew(&mut self, mut next: Self) {
        next.budget.inherit(&self.budget);
        *self = next;
    }
}
