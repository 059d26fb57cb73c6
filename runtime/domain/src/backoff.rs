//! When to try again: exponential backoff with full jitter, so that what failed together does not come back together.

use crate::Instant;

/// First wait, milliseconds.
const FIRST: u64 = 1_000;
/// Longest wait, milliseconds.
const LONGEST: u64 = 120_000;

/// How long to wait before the next attempt, in milliseconds.
///
/// `attempt` counts those made (from 1), `asked` is what the other side asked for, `random` is any number. The wait lies in the upper
/// half of a span that doubles with each attempt; it is never shorter than what was asked for.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 (equal jitter).
#[must_use]
pub fn wait(attempt: u32, asked: Option<u64>, random: u64) -> u64 {
    let span = FIRST.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(LONGEST);
    let half = span / 2;
    let wait = half + random % (half + 1);
    asked.map_or(wait, |asked| asked + wait.min(FIRST))
}

/// The moment of the next attempt.
#[must_use]
pub fn next(now: Instant, attempt: u32, asked: Option<u64>, random: u64) -> Instant {
    now.saturating_add(wait(attempt, asked, random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_grow_within_bounds(attempt in 1u32..200, random: u64) {
            let wait = wait(attempt, None, random);
            prop_assert!((FIRST / 2..=LONGEST).contains(&wait));
        }

        #[test]
        fn nobody_is_asked_sooner_than_they_wished(asked in 0u64..10_000_000, random: u64) {
            prop_assert!(wait(3, Some(asked), random) >= asked);
        }
    }

    #[test]
    fn the_fifth_wait_is_longer_than_the_first() {
        assert!(wait(5, None, 0) > wait(1, None, u64::MAX));
    }
}
