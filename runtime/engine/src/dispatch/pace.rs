//! Keeping to what a platform allows: so many messages in so long, per channel and per thread (rule 16).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sportello_domain::contract::{Pace as Allowed, Thread};

use crate::catalog::Channel;
use crate::ports::Clock;

/// Threads whose bucket has filled up again are forgotten once there are so many.
const MOST_BUCKETS: usize = 10_000;
/// Longer waits are not waited out on a lane that others could have.
const BRIEF: Duration = Duration::from_secs(1);

/// By channel and thread; without a thread: the whole channel's.
type Name = (String, Option<String>);

/// Times are microseconds of the clock that never jumps.
#[derive(Default)]
struct Bucket {
    /// When it is empty again.
    empty_at: u64,
    /// When it would be, had those who were told to come back come already.
    promised: u64,
}

/// Leaky buckets.
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    buckets: Mutex<HashMap<Name, Bucket>>,
}

impl Pace {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, buckets: Mutex::default() }
    }

    /// Waits until the platform allows one more message, on the channel and in the thread.
    ///
    /// # Errors
    /// That would take too long: come back after this time. Whoever is told so later is given a later time.
    pub(crate) async fn wait(&self, channel: &Channel, thread: &Thread) -> Result<(), Duration> {
        let capabilities = &channel.capabilities;
        let limits: Vec<(Name, Allowed)> =
            [(capabilities.thread_pace, Some(thread.address.clone())), (capabilities.channel_pace, None)]
                .into_iter()
                .filter_map(|(allowed, address)| Some(((channel.name.clone(), address), allowed?)))
                .collect();
        let wait = self.take(&limits)?;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// Takes a place in all buckets and says how long to wait for it, if that is brief. A whole burst may go at once when nothing
    /// went before.
    fn take(&self, limits: &[(Name, Allowed)]) -> Result<Duration, Duration> {
        let now = self.clock.boot() * 1_000;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, bucket| bucket.empty_at.max(bucket.promised) > now);
        }
        let mut later = None;
        let mut longest = Duration::ZERO;
        for (name, allowed) in limits {
            let bucket = buckets.entry(name.clone()).or_default();
            let wait = micros(bucket.empty_at.max(now) + each(*allowed), now + span(*allowed));
            longest = longest.max(wait);
            if wait > BRIEF {
                bucket.promised = bucket.promised.max(bucket.empty_at) + each(*allowed);
                later = later.max(Some(micros(bucket.promised, now + span(*allowed))));
            }
        }
        if let Some(later) = later {
            return Err(later);
        }
        for (name, allowed) in limits {
            if let Some(bucket) = buckets.get_mut(name) {
                bucket.empty_at = bucket.empty_at.max(now) + each(*allowed);
            }
        }
        Ok(longest)
    }
}

/// Microseconds in which the messages of a burst are allowed.
fn span(allowed: Allowed) -> u64 {
    u64::from(allowed.per) * 1_000
}

/// Microseconds for one of them.
fn each(allowed: Allowed) -> u64 {
    span(allowed) / u64::from(allowed.messages.max(1))
}

fn micros(until: u64, from: u64) -> Duration {
    Duration::from_micros(until.saturating_sub(from))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> u64 {
            0
        }
        fn boot(&self) -> u64 {
            5_000
        }
    }

    fn takes(count: usize, limits: &[(&str, Allowed)]) -> Vec<Result<u128, u128>> {
        let pace = Pace::new(Arc::new(Still));
        let limits: Vec<(Name, Allowed)> = limits
            .iter()
            .map(|(thread, allowed)| (("telegram".to_owned(), Some((*thread).to_owned())), *allowed))
            .collect();
        let millis = |wait: Duration| wait.as_millis();
        (0..count).map(|_| pace.take(&limits).map(millis).map_err(millis)).collect()
    }

    #[test]
    fn a_burst_goes_at_once_and_the_rest_in_step() {
        let allowed = Allowed { messages: 2, per: 1_000 };
        assert_eq!(takes(4, &[("a", allowed)]), [Ok(0), Ok(0), Ok(500), Ok(1_000)]);
    }

    #[test]
    fn who_would_wait_long_comes_back_one_after_the_other() {
        let allowed = Allowed { messages: 1, per: 6_000 };
        assert_eq!(takes(3, &[("a", allowed)]), [Ok(0), Err(6_000), Err(12_000)]);
    }

    #[test]
    fn what_is_told_to_come_back_has_taken_no_place_elsewhere() {
        let (slow, fast) = (Allowed { messages: 1, per: 6_000 }, Allowed { messages: 2, per: 1_000 });
        assert_eq!(takes(4, &[("a", slow), ("b", fast)])[3], Err(18_000), "and not later for the other's sake");
    }
}
