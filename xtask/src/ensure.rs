//! Installs what a step needs and this machine lacks, or says by name what to install.

use std::path::Path;
use std::process::Command;
use std::sync::Once;

use crate::command;
use crate::step::step;

/// The target that plugins are built for.
pub(crate) const WASM: &str = "wasm32-wasip2";

/// The compiler's target for plugins.
pub(crate) fn wasm_target() -> anyhow::Result<()> {
    if on_path("rustup").is_none() {
        anyhow::ensure!(
            sysroot_has_target()?,
            "the Rust target {WASM} is missing and there is no rustup to add it: install the standard library of {WASM} for your compiler"
        );
        return Ok(());
    }
    let installed = command::output(Command::new("rustup").args(["target", "list", "--installed"]))?;
    if installed.lines().any(|target| target == WASM) {
        return Ok(());
    }
    step(&format!("install the Rust target {WASM}"), || {
        command::run(Command::new("rustup").args(["target", "add", WASM]))
    })
}

fn sysroot_has_target() -> anyhow::Result<bool> {
    let sysroot = command::output(Command::new("rustc").args(["--print", "sysroot"]))?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(WASM).is_dir())
}

/// Node's package manager, for the web files.
pub(crate) fn npm() -> anyhow::Result<()> {
    program(&["npm"], "npm")
}

/// A browser, for the tests of the chat window.
pub(crate) fn browser() -> anyhow::Result<()> {
    program(&["chromium", "chromium-browser"], "chromium")
}

/// The server of PostgreSQL, for tests of several nodes; its programs are not on the path.
pub(crate) fn postgres() -> anyhow::Result<()> {
    program(&["pg_config"], "postgresql")
}

/// A library that gives a program another clock, for the torture.
pub(crate) fn fake_clock() -> anyhow::Result<()> {
    let found = std::fs::read_dir("/usr/lib")?.flatten().any(|folder| folder.path().join("faketime").is_dir());
    if found { Ok(()) } else { install("libfaketime", "libfaketime") }
}

/// One of `programs`, from the Debian package `package`.
fn program(programs: &[&str], package: &str) -> anyhow::Result<()> {
    if programs.iter().any(|name| on_path(name).is_some()) { Ok(()) } else { install(programs[0], package) }
}

fn install(missing: &str, package: &str) -> anyhow::Result<()> {
    anyhow::ensure!(
        on_path("apt-get").is_some() && is_root()?,
        "`{missing}` is missing: install the package `{package}` (Debian and Ubuntu: `sudo apt-get install {package}`) and try again"
    );
    step(&format!("install the package {package}"), || {
        update_package_lists();
        command::run(
            Command::new("apt-get")
                .args(["install", "--yes", "--no-install-recommends", package])
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    })
}

/// Once a run. A failure is left to the installation to report: the lists that are there may do.
fn update_package_lists() {
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        if let Err(error) = command::run(Command::new("apt-get").arg("update")) {
            eprintln!("warning: {error:#}");
        }
    });
}

fn is_root() -> anyhow::Result<bool> {
    Ok(command::output(Command::new("id").arg("-u"))?.trim() == "0")
}

fn on_path(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
