//! The skill that benchmarks compare over languages, as components: the toolchains of other languages are fetched here, and
//! for nothing else.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::Context as _;

use crate::step::step;
use crate::{command, ensure, project};

/// Builds what is missing or older than its source into `target/bench/guests`.
pub(crate) fn build() -> anyhow::Result<()> {
    let out = project::root().join("target/bench/guests");
    std::fs::create_dir_all(&out).with_context(|| format!("making the folder {}", out.display()))?;
    let out = out.canonicalize()?;
    javascript(&out)?;
    python(&out)
}

fn javascript(out: &Path) -> anyhow::Result<()> {
    let (source, component) = places("javascript", out);
    if is_fresh(&source, &component)? {
        return Ok(());
    }
    ensure::npm()?;
    let folder = out.join("javascript");
    for file in ["package.json", "build.mjs", "faq.js"] {
        project::place(&source.join(file), &folder.join(file))?;
    }
    step("build the JavaScript guest", || {
        command::run(Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(&folder))?;
        command::run(Command::new("node").arg("build.mjs").arg(wit()?).arg(&component).current_dir(&folder))
    })
}

fn python(out: &Path) -> anyhow::Result<()> {
    let (source, component) = places("python", out);
    if is_fresh(&source, &component)? {
        return Ok(());
    }
    let folder = out.join("python");
    step("build the Python guest", || {
        command::run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let requirements = source.join("requirements.txt");
        command::run(Command::new(folder.join("bin/pip")).args(["install", "--quiet", "-r"]).arg(requirements))?;
        let mut build = Command::new(folder.join("bin/componentize-py"));
        build.arg("-d").arg(wit()?).args(["-w", "skill-plugin", "componentize", "--stub-wasi", "app", "-p"]);
        command::run(build.arg(&source).arg("-o").arg(&component).current_dir(&folder))
    })
}

fn places(name: &str, out: &Path) -> (PathBuf, PathBuf) {
    (project::root().join("tests/bench/guests").join(name), out.join(format!("faq-{name}.wasm")))
}

fn wit() -> anyhow::Result<PathBuf> {
    Ok(project::root().join("wit").canonicalize()?)
}

/// Whether the component is newer than all that it is made of.
fn is_fresh(source: &Path, component: &Path) -> anyhow::Result<bool> {
    let Ok(built) = component.metadata().and_then(|metadata| metadata.modified()) else { return Ok(false) };
    Ok(newest(source)? < built && newest(&wit()?)? < built)
}

fn newest(folder: &Path) -> anyhow::Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading the folder {}", folder.display()))? {
        newest = newest.max(entry?.metadata()?.modified()?);
    }
    Ok(newest)
}
