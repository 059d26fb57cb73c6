//! `cargo xtask ci`: what has to hold before anything lands. The quick checks come first.

use std::process::ExitCode;

use crate::step::step;
use crate::{command, test};

/// Formatting, house rules, lints and every test.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    step("check the formatting", || command::run(&mut command::cargo(&["fmt", "--all", "--check"])))?;
    step("check the house rules", || {
        command::run(&mut command::cargo(&["test", "--quiet", "--package", "sportello-tidy"]))
    })?;
    step("check the lints", || {
        command::run(&mut command::cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    })?;
    test::run()
}
