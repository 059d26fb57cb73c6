//! `cargo xtask simulate`: the engine in worlds that are made of one seed each, optimised, for there are many of them.

use std::process::ExitCode;

use crate::command;

/// Hands the arguments to the simulation; fails where it does.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let package = ["run", "--profile", "simulation", "--quiet", "--package", "sportello-simulation", "--"];
    let status = command::cargo(&package).args(arguments).status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
