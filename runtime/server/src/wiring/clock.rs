//! The machine's clock and chance.

use std::time::{SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use sportello_domain::Instant;
use sportello_engine::ports::{Clock, Entropy};

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::try_from(since.as_millis()).unwrap_or(Instant::MAX)
    }

    fn boot(&self) -> Instant {
        let time = clock_gettime(BOOT);
        let milliseconds = i128::from(time.tv_sec) * 1_000 + i128::from(time.tv_nsec) / 1_000_000;
        Instant::try_from(milliseconds).unwrap_or_default()
    }
}

/// Runs on while the machine sleeps.
#[cfg(target_os = "linux")]
const BOOT: ClockId = ClockId::Boottime;
/// Elsewhere than on Linux this one does.
#[cfg(not(target_os = "linux"))]
const BOOT: ClockId = ClockId::Monotonic;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn bits(&self) -> u128 {
        // Seeded, and seeded again, by the operating system.
        rand::random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_in_this_century_and_chance_differs() {
        assert!(SystemClock.now() > 1_700_000_000_000);
        assert!(SystemClock.boot() > 0);
        assert_ne!(SystemEntropy.bits(), SystemEntropy.bits());
    }
}
