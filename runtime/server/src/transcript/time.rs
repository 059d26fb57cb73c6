//! Times and durations for people. Times are UTC: the machine's zone is seldom the operator's.

use jiff::Timestamp;
use sportello_domain::Instant;

/// `2026-11-21 22:14:03Z`
pub(crate) fn clock(at: Instant) -> String {
    format(at, "%Y-%m-%d %H:%M:%SZ")
}

/// `22:14:03`
pub(super) fn of_day(at: Instant) -> String {
    format(at, "%H:%M:%S")
}

/// Microseconds as `3.4 ms` or `2.1 s`.
pub(super) fn took(microseconds: u64) -> String {
    match microseconds {
        0..10_000 => format!("{:.1} ms", microseconds as f64 / 1_000.0),
        10_000..1_000_000 => format!("{} ms", microseconds / 1_000),
        _ => format!("{:.1} s", microseconds as f64 / 1_000_000.0),
    }
}

fn format(at: Instant, format: &str) -> String {
    let timestamp = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    timestamp.map_or_else(|| at.to_string(), |timestamp| timestamp.strftime(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_durations_short() {
        assert_eq!(clock(1_795_305_600_000), "2026-11-22 00:00:00Z");
        assert_eq!((took(3_421), took(84_000), took(2_140_000)), ("3.4 ms".into(), "84 ms".into(), "2.1 s".into()));
    }
}
