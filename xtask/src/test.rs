//! `cargo xtask test`: every test there is.
//!
//! The scenarios run the program and the plugins as `dist` builds them, so those are built first. Everything else is built in
//! the development profile, which the lints of `cargo xtask ci` share.

use std::process::ExitCode;

use crate::step::step;
use crate::tally::Tally;
use crate::{command, dist, ensure, web};

/// Runs every test, and closes with a line that sums them up; nothing is written after it.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    let mut tally = Tally::default();
    let result = all(&mut tally).and_then(|()| tally.verdict());
    if let Err(error) = &result {
        eprintln!("error: {error:#}");
    }
    println!("{tally}");
    Ok(if result.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn all(tally: &mut Tally) -> anyhow::Result<()> {
    ensure::browser()?;
    ensure::fake_clock()?;
    ensure::postgres()?;
    dist::run(dist::Built::ToTry)?;
    web::test(tally)?;
    step("run the Rust tests", || {
        let succeeded =
            command::watch(&mut command::cargo(&["test", "--workspace", "--no-fail-fast"]), |line| tally.cargo(line))?;
        tally.ended("the Rust tests", succeeded);
        Ok(())
    })
}
