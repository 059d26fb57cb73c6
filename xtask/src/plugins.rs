//! `cargo xtask plugins`: every plugin, and the misbehaving ones of the tests, as WebAssembly components.

use std::path::Path;

use crate::step::step;
use crate::{cases, command, ensure, project};

/// Builds the plugins into `target/dist/plugins` and the guests of the tests into `target/guests`.
pub(crate) fn run() -> anyhow::Result<()> {
    ensure::wasm_target()?;
    let plugins = project::folders_with("plugins", "Cargo.toml")?;
    let guests = project::folders_with("tests/guests", "Cargo.toml")?;
    let packages = packages("plugin", &plugins).chain(packages("guest", &guests));
    step("build the plugins", || {
        let mut build = command::cargo(&["build", "--target", ensure::WASM, "--profile", "plugin"]);
        packages.for_each(|package| {
            build.args(["--package", &package]);
        });
        command::run(&mut build)
    })?;
    collect("plugin", &plugins, &project::dist().join("plugins"))?;
    collect("guest", &guests, &project::guests())
}

/// The packages are named after their folders, with what they are in front.
fn packages<'a>(kind: &'a str, folders: &'a [String]) -> impl Iterator<Item = String> + 'a {
    folders.iter().map(move |folder| format!("{kind}-{folder}"))
}

/// Copies the components with their cases under the names that configuration uses, and removes those whose source is gone.
fn collect(kind: &str, folders: &[String], to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for stale in std::fs::read_dir(to)? {
        let stale = stale?.path();
        let known = stale.file_stem().is_some_and(|stem| folders.iter().any(|folder| stem == folder.as_str()));
        if !known && stale.extension().is_some_and(|extension| extension == "wasm") {
            std::fs::remove_file(&stale)?;
        }
    }
    let built = project::cargo_target().join(ensure::WASM).join("plugin");
    for (folder, package) in folders.iter().zip(packages(kind, folders)) {
        let component = built.join(format!("{}.wasm", package.replace('-', "_")));
        let cases = project::root().join("plugins").join(folder).join("cases");
        cases::place_with(&component, &cases, &to.join(format!("{folder}.wasm")))?;
    }
    Ok(())
}
