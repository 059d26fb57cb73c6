//! The project's own commands: `cargo xtask COMMAND`. Each stands in a file of its own; this one only dispatches.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program talks to the terminal")]

use std::process::ExitCode;

mod bench;
mod cases;
mod ci;
mod command;
mod demo;
mod dist;
mod ensure;
mod foreign;
mod plugins;
mod project;
mod simulate;
mod step;
mod tally;
mod test;
mod torture;
mod web;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  demo      build everything and run it with emulated platforms, until Ctrl-C
  test      run every test: Rust, web and scenarios against the real program
  ci        formatting, house rules, lints and every test
  bench     measure: cargo xtask bench NAME [ARGUMENTS]
  torture   break the program under load: cargo xtask torture [--kills N] [--scenario NAME] [--store NAME]
  simulate  run the engine in worlds made of seeds: cargo xtask simulate [--seeds N] [--from S] [--seed S] [--jobs J] [--broken]
  dist      leave the program, the plugins and the web files in target/dist
  plugins   build the plugins only";

/// What takes arguments of its own.
const WITH_ARGUMENTS: [&str; 3] = ["bench", "torture", "simulate"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let (name, rest) = match arguments.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", arguments),
    };
    if !WITH_ARGUMENTS.contains(&name) && !rest.is_empty() {
        anyhow::bail!("`cargo xtask {name}` takes no arguments, but got `{}`\n\n{USAGE}", rest.join(" "));
    }
    match name {
        "demo" => demo::run()?,
        "test" => return test::run(),
        "ci" => return ci::run(),
        "bench" => bench::run(rest)?,
        "torture" => torture::run(rest)?,
        "simulate" => return simulate::run(rest),
        "dist" => dist::run(dist::Built::ToShip)?,
        "plugins" => plugins::run()?,
        "help" | "--help" | "-h" => println!("{USAGE}"),
        unknown => anyhow::bail!("there is no command `{unknown}`\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}
