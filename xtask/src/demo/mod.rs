//! `cargo xtask demo`: the whole thing on this machine, with emulated platforms, until Ctrl-C.

mod child;
mod guide;
mod world;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::step::step;
use crate::{command, dist, project};
use child::Child;

/// Compiling the plugins and training the classifier for the first time takes a while.
const START: Duration = Duration::from_secs(180);
const GLANCE: Duration = Duration::from_millis(100);

/// Builds everything, runs it, says what to try, and ends what it started.
pub(crate) fn run() -> anyhow::Result<()> {
    let config = project::root().join("demo/sportello.toml");
    world::check(&config)?;
    dist::run(dist::Built::ToTry)?;
    let emulators = build_emulators()?;
    let stopped = stop_on_signals()?;
    let folder = project::root().join("target/demo");
    lay_out_pages(&folder.join("pages"))?;
    let announcement = folder.join("address");
    if announcement.exists() {
        std::fs::remove_file(&announcement)?;
    }

    let mut platforms =
        Child::spawn("the emulated platforms", world::platforms(&emulators), &folder.join("emulators.log"))?;
    let mut server = Child::spawn("the server", serve(&config, &announcement), &folder.join("sportello.log"))?;
    let address =
        step("start the server", || wait_for_address(&announcement, &stopped, &mut [&mut platforms, &mut server]))?;
    let token = create_token(&config)?;
    guide::print(&emulators, &address, &token, &folder)?;
    while !stopped.load(Ordering::Relaxed) {
        platforms.ensure_running()?;
        server.ensure_running()?;
        std::thread::sleep(GLANCE);
    }
    println!("\nending the demo");
    server.end()?;
    platforms.end()
}

/// The page with the chat window on it, as `demo/sportello.toml` serves it.
fn lay_out_pages(to: &Path) -> anyhow::Result<()> {
    project::mirror(&project::root().join("demo/page"), to)?;
    project::place(&project::dist().join("web/widget.js"), &to.join("widget.js"))
}

/// In the release profile, which has most of what they need from the program.
fn build_emulators() -> anyhow::Result<PathBuf> {
    step("build the emulated platforms", || {
        command::run(&mut command::cargo(&["build", "--release", "--package", "sportello-harness"]))
    })?;
    Ok(project::cargo_target().join("release/sportello-emulators"))
}

fn stop_on_signals() -> anyhow::Result<Arc<AtomicBool>> {
    let stopped = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stopped)).context("watching for Ctrl-C")?;
    }
    Ok(stopped)
}

fn serve(config: &Path, announcement: &Path) -> Command {
    let mut command = program(config, &["serve"]);
    command.arg("--address-file").arg(announcement);
    command
}

fn create_token(config: &Path) -> anyhow::Result<String> {
    let mut create = program(config, &["token", "create", "--name", "demo", "--scopes", guide::SCOPES]);
    let output = command::output(&mut create)?;
    Ok(output.split_whitespace().last().context("`sportello token create` printed nothing")?.to_owned())
}

fn program(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(project::program());
    command.args(arguments).arg("--config").arg(config).envs(world::SECRETS);
    command
}

fn wait_for_address(file: &Path, stopped: &AtomicBool, children: &mut [&mut Child]) -> anyhow::Result<String> {
    let begin = Instant::now();
    while begin.elapsed() < START {
        if let Ok(address) = std::fs::read_to_string(file)
            && !address.trim().is_empty()
        {
            return Ok(address.trim().to_owned());
        }
        for child in &mut *children {
            child.ensure_running()?;
        }
        anyhow::ensure!(!stopped.load(Ordering::Relaxed), "stopped before the server was ready");
        std::thread::sleep(GLANCE);
    }
    anyhow::bail!("the server was not ready within {START:?}: see target/demo/sportello.log")
}
