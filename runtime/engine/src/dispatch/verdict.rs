//! What becomes of a delivery after an attempt: pure, so that every case can be read off a table (rules 13 and 14).

use sportello_domain::{
    Instant, backoff,
    contract::{Failure, Receipt},
    delivery::{OutboxItem, OutboxState},
};

use super::attempt::Attempt;
use crate::catalog::{Channel, UnknownPolicy};
use crate::sabotage::{Sabotage, is_broken};

/// How long to wait while our credentials are refused, so that a rotated secret does not cost every answer; milliseconds.
const UNAUTHORISED: u64 = 30_000;

/// What becomes of a delivery.
#[derive(Debug, PartialEq)]
pub(super) struct Verdict {
    pub(super) state: OutboxState,
    pub(super) resent: bool,
    pub(super) receipt: Option<Receipt>,
    pub(super) cancel_group: Option<String>,
    /// What a person has to know.
    pub(super) tell: Option<String>,
    pub(super) pause_channel: Option<Instant>,
}

impl Verdict {
    fn quiet(state: OutboxState) -> Self {
        Self { state, resent: false, receipt: None, cancel_group: None, tell: None, pause_channel: None }
    }

    fn lost(state: OutboxState, reason: String) -> Self {
        let cancel_group = Some("an earlier part of it was lost".to_owned());
        Self { cancel_group, tell: Some(reason), ..Self::quiet(state) }
    }

    /// It will never arrive by itself.
    pub(super) fn dead(failure: Failure) -> Self {
        let reason = format!("A message did not reach the customer: {failure}.");
        Self::lost(OutboxState::Dead(failure), reason)
    }

    /// Its time was over before it could leave.
    pub(super) fn lapsed() -> Self {
        let reason = "A message did not reach the customer in time and is not sent any more.";
        Self::lost(OutboxState::Expired, reason.to_owned())
    }

    fn unresolved() -> Self {
        let reason = "Nobody knows whether a message reached the customer; it is not repeated by itself.";
        Self::lost(OutboxState::Unresolved, reason.to_owned())
    }

    /// Not a byte of it has left: it leaves at another time.
    pub(super) fn later(due_at: Instant) -> Self {
        Self::quiet(OutboxState::Queued { due_at })
    }

    fn stale() -> Self {
        Self::quiet(OutboxState::Cancelled("a sign is not worth a second attempt".to_owned()))
    }

    fn again(due_at: Instant) -> Self {
        Self { resent: true, ..Self::quiet(OutboxState::Queued { due_at }) }
    }
}

/// The circumstances of a verdict.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// By the store's time.
    pub(super) now: Instant,
    /// How long an unknown outcome holds its lane, while an echo may still settle it; milliseconds.
    pub(super) hold: Instant,
    /// Any number: it spreads the waits.
    pub(super) random: u64,
}

/// The verdict on an attempt.
pub(super) fn of(item: &OutboxItem, attempt: Attempt, channel: &Channel, moment: Moment) -> Verdict {
    let Moment { now, random, .. } = moment;
    let later = |asked| OutboxState::Queued { due_at: backoff::next(now, item.attempt, asked, random) };
    match attempt.result {
        Ok(receipt) => Verdict { receipt: Some(receipt), ..Verdict::quiet(OutboxState::Sent) },
        Err(_) if item.act.is_sign() => Verdict::stale(),
        Err(_) if attempt.uncertain => unknown(item, channel, moment),
        Err(Failure::Unknown(_)) => unknown(item, channel, moment),
        Err(Failure::Retry(asked)) => Verdict::quiet(later(asked)),
        Err(Failure::Unauthorised(reason)) => {
            tracing::error!(channel = channel.name, reason, "our credentials are refused: check the channel's secrets");
            Verdict::quiet(later(Some(UNAUTHORISED)))
        }
        Err(Failure::Throttled(asked)) => {
            let state = later(asked);
            let pause_channel = match &state {
                OutboxState::Queued { due_at } => Some(*due_at),
                _ => None,
            };
            Verdict { pause_channel, ..Verdict::quiet(state) }
        }
        // Who does not want to hear from us needs nobody to write to them.
        Err(Failure::Blocked) => Verdict { tell: None, ..Verdict::dead(Failure::Blocked) },
        Err(failure @ (Failure::Rejected(_) | Failure::WindowClosed)) => Verdict::dead(failure),
    }
}

fn unknown(item: &OutboxItem, channel: &Channel, Moment { now, hold, .. }: Moment) -> Verdict {
    if drops_repeats(item, channel, now) {
        return Verdict::again(now + hold.min(1_000 << item.resends.min(6)));
    }
    if is_broken(Sabotage::Unknown) {
        return Verdict::later(now);
    }
    if channel.capabilities.echoes && !is_broken(Sabotage::Hold) {
        return Verdict::quiet(OutboxState::Unknown { hold_until: now + hold });
    }
    by_policy(item, channel, now)
}

/// Whether the platform itself would drop a second send of this delivery.
fn drops_repeats(item: &OutboxItem, channel: &Channel, now: Instant) -> bool {
    channel.capabilities.dedupes.is_some_and(|window| now < item.id.made_at().saturating_add(window))
}

/// The verdict where no echo came until the end of the hold: one counted resend on a platform that would have echoed, for then it
/// never had it.
pub(super) fn unsettled(item: &OutboxItem, channel: Option<&Channel>, moment: Moment) -> Verdict {
    let now = moment.now;
    match channel {
        _ if item.act.is_sign() => Verdict::stale(),
        // Nobody ended its attempt: it is as unknown as if it had been reset just now, and its echo may still be on the way.
        Some(channel) if matches!(item.state, OutboxState::Sending { .. }) => unknown(item, channel, moment),
        Some(channel) if drops_repeats(item, channel, now) => Verdict::again(now),
        Some(channel) if channel.capabilities.echoes && item.resends == 0 => Verdict::again(now),
        Some(channel) => by_policy(item, channel, now),
        None => Verdict::unresolved(),
    }
}

fn by_policy(item: &OutboxItem, channel: &Channel, now: Instant) -> Verdict {
    match channel.unknown {
        UnknownPolicy::Resend if item.resends == 0 => Verdict::again(now),
        UnknownPolicy::Resend | UnknownPolicy::Hold => Verdict::unresolved(),
    }
}

#[cfg(test)]
#[path = "verdict_tests.rs"]
mod tests;
