//! The `sportello` program: commands, configuration, telemetry, and the wiring of all rooms.

mod admin;
mod allocator;
mod cli;
mod commands;
mod config;
mod corpus;
mod print;
mod telemetry;
mod transcript;
mod wiring;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    allocator::keep_for_a_moment();
    match commands::run(cli::Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // Where even this cannot be written, the exit code still tells.
            let _ = print::err(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
