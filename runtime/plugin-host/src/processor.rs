//! How long this thread has been on a processor.

use std::time::Duration;

/// Time that the calling thread has spent on a processor.
///
/// A guest is charged for this and not for time on the wall, so that a busy machine does not make honest plugins fail.
#[cfg(unix)]
pub(crate) fn time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Elsewhere, time on the wall stands in for it: stricter, never looser.
#[cfg(not(unix))]
pub(crate) fn time() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}
