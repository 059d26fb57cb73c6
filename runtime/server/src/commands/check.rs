//! `sportello check`: everything that can be known of a configuration without serving anybody.

use std::path::Path;
use std::process::ExitCode;

use super::{environment, report};
use crate::config::{Config, Problems};
use crate::print;
use crate::wiring::prepare;

/// Success: the server would start.
pub(super) async fn run(file: &Path) -> anyhow::Result<ExitCode> {
    let problems = Problems::of(file);
    let config = Config::read(file, &problems);
    if let Some(prepared) = prepare(&config, environment, "", &problems).await? {
        prepared.try_all(&config, &problems).await;
    }
    if !report(file, &problems)? {
        return Ok(ExitCode::FAILURE);
    }
    print::out(&format!("{}: fine", file.display()))?;
    Ok(ExitCode::SUCCESS)
}
