//! The web packages in `runtime/web`: installed by their lock file, built, tested.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use serde_json::Value;

use crate::step::step;
use crate::tally::Tally;
use crate::{command, ensure, project};

/// The packages whose files are shipped.
const SHIPPED: [&str; 1] = ["widget"];

/// Builds what is shipped into `target/dist/web`.
pub(crate) fn build() -> anyhow::Result<()> {
    ensure::npm()?;
    for name in SHIPPED {
        let package = Package::open(name)?;
        package.install()?;
        step(&format!("build the web package {name}"), || command::run(&mut package.npm(&["run", "build"])))?;
        project::mirror(&package.folder.join("dist"), &project::dist().join("web"))?;
    }
    Ok(())
}

/// Runs the tests of every web package that has some.
pub(crate) fn test(tally: &mut Tally) -> anyhow::Result<()> {
    for name in project::folders_with("runtime/web", "package.json")? {
        let package = Package::open(&name)?;
        if !package.has_script("test") {
            continue;
        }
        ensure::npm()?;
        package.install()?;
        step(&format!("test the web package {name}"), || {
            let succeeded = command::watch(&mut package.npm(&["test"]), |line| tally.node(line))?;
            tally.ended(&format!("the tests of the web package {name}"), succeeded);
            Ok(())
        })?;
    }
    Ok(())
}

struct Package {
    name: String,
    folder: PathBuf,
    manifest: Value,
}

impl Package {
    fn open(name: &str) -> anyhow::Result<Self> {
        let folder = project::root().join("runtime/web").join(name);
        let path = folder.join("package.json");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("the web package `{name}` has no readable runtime/web/{name}/package.json"))?;
        let manifest = serde_json::from_str(&text).with_context(|| format!("runtime/web/{name}/package.json"))?;
        Ok(Self { name: name.to_owned(), folder, manifest })
    }

    fn has_script(&self, script: &str) -> bool {
        self.manifest["scripts"][script].is_string()
    }

    fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("npm");
        command.args(arguments).current_dir(&self.folder);
        command
    }

    /// Installs what the lock file says, unless that is what was installed last.
    fn install(&self) -> anyhow::Result<()> {
        let lock = self.folder.join("package-lock.json");
        let wanted = std::fs::read(&lock)
            .with_context(|| format!("the web package `{0}` has no runtime/web/{0}/package-lock.json", self.name))?;
        let stamp = project::root().join("target/npm").join(&self.name);
        if self.folder.join("node_modules").is_dir() && std::fs::read(&stamp).is_ok_and(|installed| installed == wanted)
        {
            return Ok(());
        }
        step(&format!("install the npm packages of {}", self.name), || {
            command::run(&mut self.npm(&["ci", "--no-audit", "--no-fund"]))
        })?;
        std::fs::create_dir_all(stamp.parent().unwrap_or(Path::new(".")))?;
        std::fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
    }
}
