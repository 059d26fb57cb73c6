//! `cargo xtask bench NAME`: measures the program as it is shipped.

use crate::{command, dist, foreign};

/// Builds everything and hands the arguments to the benchmarks.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    dist::run()?;
    if arguments.first().is_some_and(|name| name == "sandbox") {
        foreign::build()?;
    }
    let mut bench = command::cargo(&["run", "--release", "--quiet", "--package", "sportello-bench", "--"]);
    command::run(bench.args(arguments))
}
