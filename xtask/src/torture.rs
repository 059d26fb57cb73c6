//! `cargo xtask torture`: breaks the program under load, and prints what came of it.

use crate::{command, dist, ensure};

/// Builds everything and hands the arguments over.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    ensure::fake_clock()?;
    dist::run(dist::Built::ToTry)?;
    let mut torture = command::cargo(&["run", "--quiet", "--package", "sportello-torture", "--"]);
    command::run(torture.args(arguments))
}
