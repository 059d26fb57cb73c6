//! One file a command.

mod backup;
mod check;
mod compile;
mod contact;
mod conversation;
mod held;
mod nlu;
mod plugin;
mod quarantine;
mod reload;
mod serve;
mod token;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::admin::Office;
use crate::cli::{Command, ConfigFile};
use crate::config::{Config, Problems, StoreSection};
use crate::print;

/// Threads for what blocks: those who look into the store, and a few for files. Each keeps memory of its own, and unbounded there come to
/// be dozens under load.
const BLOCKING: usize = 8;

/// Runs a command to its end.
pub(crate) fn run(command: Command) -> anyhow::Result<ExitCode> {
    if let Command::Compile { input, output } = command {
        return compile::run(&input, &output);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING)
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        match command {
            Command::Serve { config, address_file } => serve::run(&config.path, address_file.as_deref()).await,
            Command::Check { config } => check::run(&config.path).await,
            Command::Token(command) => token::run(command).await,
            Command::Plugin(command) => plugin::run(command).await,
            Command::Nlu(command) => nlu::run(command).await,
            Command::Conversation(command) => conversation::run(command).await,
            Command::Contact(command) => contact::run(command).await,
            Command::Quarantine(command) => quarantine::run(command).await,
            Command::Backup { config, file } => backup::back_up(&config, &file).await,
            Command::Restore { config, file, mark: _ } => backup::restore(&config, file.as_deref()).await,
            Command::Held(command) => held::run(command).await,
            Command::Compile { .. } => Ok(ExitCode::SUCCESS),
        }
    })
}

/// The environment of this process.
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Whoever can be asked about the store of a configuration.
async fn office(file: &ConfigFile) -> anyhow::Result<Office> {
    Office::open(&store(file)?).await
}

/// The store of a configuration; what is wrong with the rest of it does not matter here.
fn store(file: &ConfigFile) -> anyhow::Result<StoreSection> {
    anyhow::ensure!(file.path.is_file(), "there is no {}: name the configuration with --config", file.path.display());
    Ok(Config::read(&file.path, &Problems::of(&file.path)).store)
}

/// Prints what is wrong, and says whether the server can run all the same.
fn report(file: &Path, problems: &Problems) -> anyhow::Result<bool> {
    let found = problems.sorted();
    if !found.is_empty() {
        print::err(&problems.to_string())?;
    }
    if problems.are_tolerable() {
        return Ok(true);
    }
    let wrong = found.iter().filter(|problem| !problem.tolerable).count();
    print::err(&format!("{}: {wrong} problem{}", file.display(), if wrong == 1 { "" } else { "s" }))?;
    Ok(false)
}
