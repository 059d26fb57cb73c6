//! What the guard of a channel's candidate wants to know of a delivery (rule 17).
//!
//! Its unit is the delivery, not the conversation: an address never stops to be written to, so a conversation on a channel is
//! never over, and after a loss a person has it, so one that is lost seldom brings another one with it.

use sportello_domain::{
    contract::Failure,
    delivery::OutboxState,
    guard::Metric,
    revision::{Candidate, Mode},
};

use super::attempt::Attempt;
use crate::catalog::{Catalog, Channel, Part, Trial};
use crate::ports::store::Watched;

/// The side of a trial on which a delivery is attempted.
pub(super) struct Arm {
    candidate: Candidate,
    name: String,
    is_candidate: bool,
}

impl Arm {
    /// None where no candidate of this channel is tried on a share.
    pub(super) fn of(catalog: &Catalog, channel: &Channel) -> Option<Self> {
        let Trial { candidate, part: Part::Channel(_) } = catalog.trials.get(&channel.name)? else { return None };
        let Mode::Canary(_) = candidate.mode else { return None };
        let is_candidate = channel.revision.id == candidate.revision;
        Some(Self { candidate: candidate.clone(), name: channel.name.clone(), is_candidate })
    }

    /// What happened in an attempt after which the delivery is in this state. What the platform or the network did is nobody's
    /// fault, and waited for; what the plugin did wrong counts at once.
    pub(super) fn watched(&self, happened: Vec<Metric>, state: &OutboxState) -> Watched {
        Watched {
            name: self.name.clone(),
            trial: self.candidate.trial,
            stage: self.candidate.stage,
            candidate: self.is_candidate,
            begins: true,
            finished: state.is_final() || happened.iter().any(|metric| *metric != Metric::Slow),
            happened,
        }
    }

    /// What the plugin did wrong in an attempt.
    pub(super) fn happened(&self, attempt: &Attempt) -> Vec<Metric> {
        let gave_up = match &attempt.result {
            // A platform refuses the same messages and the same credentials of either arm; the guard sees who has more of them.
            Err(Failure::Rejected(_) | Failure::Unknown(_) | Failure::Unauthorised(_)) => true,
            Err(Failure::Retry(_) | Failure::Throttled(_) | Failure::Blocked | Failure::WindowClosed) => {
                attempt.uncertain
            }
            Ok(_) => false,
        };
        let error = attempt.fault.or(gave_up.then_some(Metric::Error));
        let slow = (attempt.took > self.candidate.slow_above).then_some(Metric::Slow);
        [error, slow].into_iter().flatten().collect()
    }
}
