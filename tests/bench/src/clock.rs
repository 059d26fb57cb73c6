//! Time on a processor: what else runs on the machine does not count.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time that this thread has spent on a processor.
///
/// # Errors
/// The system's clock gives no time.
pub(crate) fn processor_time() -> anyhow::Result<Duration> {
    Ok(Duration::try_from(clock_gettime(ClockId::ThreadCPUTime))?)
}

/// Time that all threads of this process have spent on processors.
///
/// # Errors
/// The system's clock gives no time.
pub(crate) fn processor_time_of_all() -> anyhow::Result<Duration> {
    Ok(Duration::try_from(clock_gettime(ClockId::ProcessCPUTime))?)
}
