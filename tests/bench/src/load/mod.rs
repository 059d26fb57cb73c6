//! What the benchmarks of the whole program share: customers, the platform that they write on, and the program between.

mod amount;
pub(crate) mod customers;
mod measured;
mod platform;
pub(crate) mod program;

pub(crate) use amount::Amount;
pub(crate) use customers::{Crowd, Load, Pace};
pub(crate) use measured::{Measured, Tally};
pub(crate) use platform::Platform;

/// Says on standard error what goes on.
#[allow(clippy::print_stderr, reason = "progress")]
pub(crate) fn step(text: &str) {
    eprintln!("{text} …");
}
