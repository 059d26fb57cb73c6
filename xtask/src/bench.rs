//! `cargo xtask bench NAME`: measures the program as it is shipped.

use crate::{command, dist};

/// Builds everything and hands the arguments to the benchmarks.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    dist::run()?;
    let mut bench = command::cargo(&["run", "--release", "--quiet", "--package", "sportello-bench", "--"]);
    command::run(bench.args(arguments))
}
