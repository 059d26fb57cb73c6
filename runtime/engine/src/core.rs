//! What all parts of the engine share.

use std::sync::Arc;

use sportello_domain::Instant;

use crate::catalog::{Channel, Pointer};
use crate::dispatch::{Claimed, Pace};
use crate::error::EngineError;
use crate::lanes::Lanes;
use crate::live::LiveHub;
use crate::ports::store::{Claim, Marker};
use crate::ports::{Carrier, Clock, Entropy, Plugins, Store};
use crate::recorder::Recorder;
use crate::sabotage::{Sabotage, is_broken};
use crate::shadow::Shadow;
use crate::shares::Shares;
use crate::time::StoreTime;

/// The world that an engine lives in.
#[derive(Clone)]
pub struct Ports {
    /// Keeps everything.
    pub store: Arc<dyn Store>,
    /// Calls plugins.
    pub plugins: Arc<dyn Plugins>,
    /// Performs requests.
    pub carrier: Arc<dyn Carrier>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bits.
    pub entropy: Arc<dyn Entropy>,
}

/// The ports, the configuration and the lanes.
pub(crate) struct Core {
    pub(crate) ports: Ports,
    pub(crate) time: StoreTime,
    pub(crate) catalog: Pointer,
    pub(crate) live: Arc<LiveHub>,
    pub(crate) turns: Arc<Lanes<Claim>>,
    pub(crate) sends: Arc<Lanes<Claimed>>,
    /// Of the turns, by skill.
    pub(crate) turn_shares: Arc<Shares>,
    /// Of the sends, by channel.
    pub(crate) send_shares: Arc<Shares>,
    pub(crate) pace: Pace,
    /// How long an unknown outcome holds its lane; milliseconds.
    pub(crate) unknown_hold: Instant,
    /// Bytes of an answer that the journal keeps.
    pub(crate) journal_body: usize,
    /// Calls of channels' plugins on their way to the store.
    pub(crate) recorder: Recorder,
    /// Candidates beside what serves.
    pub(crate) shadow: Arc<Shadow>,
    /// Channels of which waiting would bring no news about an unknown outcome.
    pub(crate) unheld: Vec<String>,
    /// The key of all keyed hashes.
    pub(crate) key: [u8; 32],
}

impl Core {
    /// On the wall: for people and plugins, and for what is kept for days.
    pub(crate) fn now(&self) -> Instant {
        self.ports.clock.now()
    }

    /// The store's: for all that waits, holds or expires.
    pub(crate) fn time(&self) -> Instant {
        if is_broken(Sabotage::Wall) { self.now() } else { self.time.now() }
    }

    pub(crate) fn bits(&self) -> u128 {
        self.ports.entropy.bits()
    }

    /// Makes marks of those who may be erased.
    pub(crate) fn marker(&self) -> Marker {
        Marker::new(self.key)
    }

    /// A seed for one call.
    #[allow(clippy::cast_possible_truncation, reason = "any 64 of the bits will do")]
    pub(crate) fn seed(&self) -> u64 {
        self.bits() as u64
    }

    pub(crate) fn channel(&self, name: &str) -> Result<Arc<Channel>, EngineError> {
        self.catalog.load().channels.get(name).cloned().ok_or_else(|| EngineError::NoSuchChannel(name.to_owned()))
    }
}
