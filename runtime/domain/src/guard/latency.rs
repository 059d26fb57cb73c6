//! From when on a call counts as slow.

/// The host looks at its plugins' clocks every ten milliseconds, and nobody feels less; microseconds.
const LEAST: u64 = 10_000;

/// The time above which a call counts as slow: the 99th percentile of what the active revision's calls took before the
/// canary began. In microseconds, as the times are; at least a tick of the host.
///
/// The figure is fixed for the whole canary and the same for both arms. A share of calls above a quantile is robust where a
/// mean is not: one call of ten seconds is one slow call.
#[must_use]
pub fn slow_above(mut times: Vec<u64>) -> u64 {
    times.sort_unstable();
    let rank = (times.len() * 99).div_ceil(100);
    rank.checked_sub(1).and_then(|index| times.get(index)).copied().unwrap_or_default().max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_a_hundred_calls_is_above() {
        let times: Vec<u64> = (1..=1000).rev().map(|time| time * 1000).collect();
        assert_eq!(slow_above(times.clone()), 990_000);
        assert_eq!(times.iter().filter(|time| **time > 990_000).count(), 10);
    }

    #[test]
    fn what_nobody_feels_is_never_slow() {
        assert_eq!(slow_above(vec![]), LEAST);
        assert_eq!(slow_above(vec![120; 500]), LEAST);
    }
}
