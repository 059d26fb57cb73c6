//! Keeping to what a platform allows: so many messages in so long, per channel and per thread (rule 16).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sportello_domain::contract::{Pace as Allowed, Thread};

use crate::catalog::Channel;
use crate::ports::Clock;

/// Threads whose bucket has filled up again are forgotten once there are so many.
const MOST_BUCKETS: usize = 10_000;

/// Leaky buckets, by channel and thread.
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    /// When a bucket is empty again, in microseconds of the clock that never jumps.
    empty_at: Mutex<HashMap<(String, Option<String>), u64>>,
}

impl Pace {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, empty_at: Mutex::default() }
    }

    /// Waits until the platform allows one more message, on the channel and in the thread.
    pub(crate) async fn wait(&self, channel: &Channel, thread: &Thread) {
        let capabilities = &channel.capabilities;
        let buckets = [(capabilities.thread_pace, Some(thread.address.clone())), (capabilities.channel_pace, None)];
        let wait = buckets
            .into_iter()
            .filter_map(|(allowed, address)| Some(self.take((channel.name.clone(), address), allowed?)))
            .max()
            .unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes a place in a bucket and says how long to wait for it. A whole burst may go at once when nothing went before.
    fn take(&self, bucket: (String, Option<String>), allowed: Allowed) -> Duration {
        let span = u64::from(allowed.per) * 1_000;
        let each = span / u64::from(allowed.messages.max(1));
        let now = self.clock.boot() * 1_000;
        let mut buckets = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS {
            buckets.retain(|_, empty_at| *empty_at > now);
        }
        let empty_at = buckets.entry(bucket).or_insert(0);
        *empty_at = (*empty_at).max(now) + each;
        Duration::from_micros(empty_at.saturating_sub(now + span))
    }
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

    #[test]
    fn a_burst_goes_at_once_and_the_rest_in_step() {
        let pace = Pace::new(Arc::new(Still));
        let allowed = Allowed { messages: 2, per: 1_000 };
        let waits: Vec<u128> = (0..4).map(|_| pace.take(("telegram".to_owned(), None), allowed).as_millis()).collect();
        assert_eq!(waits, [0, 0, 500, 1_000]);
    }
}
