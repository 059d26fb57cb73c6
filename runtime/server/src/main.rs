//! The `sportello` program: commands, configuration, telemetry, and the wiring of all rooms.

mod admin;
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

/// A message makes and drops a few thousand small values, on whichever thread takes it on. Its third version ends the program where a
/// library that was loaded before it asks for a symbol that nobody has (libfaketime does): so the second.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(cli::Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            // Where even this cannot be written, the exit code still tells.
            let _ = print::err(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
