//! Where things are: the only file that knows the layout of the repository and of `target/`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What users run: the program, its plugins and the web files.
pub(crate) fn dist() -> PathBuf {
    root().join("target/dist")
}

/// The program of the server.
pub(crate) fn program() -> PathBuf {
    dist().join("sportello")
}

/// Misbehaving plugins for tests; never shipped.
pub(crate) fn guests() -> PathBuf {
    root().join("target/guests")
}

/// Where cargo puts what it builds.
pub(crate) fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Names of the folders below `folder` (relative to the root) that hold a file called `marker`, sorted.
pub(crate) fn folders_with(folder: &str, marker: &str) -> anyhow::Result<Vec<String>> {
    let path = root().join(folder);
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&path).with_context(|| format!("reading the folder {}", path.display()))? {
        let entry = entry?;
        if entry.path().join(marker).is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Puts a copy of `from` at `to` in one move, so that a process that is using the old file keeps it.
pub(crate) fn place(from: &Path, to: &Path) -> anyhow::Result<()> {
    let folder = to.parent().context("a file to be placed needs a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside).with_context(|| format!("copying {} to {}", from.display(), beside.display()))?;
    std::fs::rename(&beside, to).with_context(|| format!("moving {} to {}", beside.display(), to.display()))
}

/// Copies everything below `from` to `to`, and takes away what `to` held before.
pub(crate) fn mirror(from: &Path, to: &Path) -> anyhow::Result<()> {
    if to.exists() {
        std::fs::remove_dir_all(to).with_context(|| format!("emptying {}", to.display()))?;
    }
    std::fs::create_dir_all(to).with_context(|| format!("making the folder {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("reading the folder {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            mirror(&entry.path(), &target)?;
        } else {
            place(&entry.path(), &target)?;
        }
    }
    Ok(())
}
