//! `cargo xtask bench NAME`: measures the program as it is shipped.

use crate::dist::{self, Built};
use crate::{command, foreign};

/// Builds everything and hands the arguments to the benchmarks.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    dist::run(Built::ToShip)?;
    if arguments.first().is_some_and(|name| name == "sandbox") {
        foreign::build()?;
    }
    // The ceiling is part of it: what the program is measured against is built as the program is.
    let profile = Built::ToShip.profile();
    let mut bench = command::cargo(&["run", "--profile", profile, "--quiet", "--package", "sportello-bench", "--"]);
    command::run(bench.args(arguments))
}
