//! A disk that is soon full: a file system in memory, mounted for the purpose.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use tempfile::TempDir;

/// It is taken away when this is dropped.
#[derive(Debug)]
pub struct SmallDisk {
    folder: TempDir,
}

const PIECE: usize = 4_096;

impl SmallDisk {
    /// A disk of so many bytes.
    ///
    /// # Errors
    /// Only root may mount one.
    pub fn mount(size: usize) -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let options = format!("size={size}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(folder.path())
            .status()
            .context("running `mount`")?;
        anyhow::ensure!(mounted.success(), "a small disk could not be mounted: only root may do that");
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Leaves no room.
    pub fn fill(&self) -> anyhow::Result<()> {
        let mut ballast = File::create(self.ballast())?;
        loop {
            match ballast.write(&[0; PIECE]) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::StorageFull => return Ok(()),
                Err(error) => return Err(error).context("filling a small disk"),
            }
        }
    }

    /// Makes room again.
    pub fn empty(&self) -> anyhow::Result<()> {
        std::fs::remove_file(self.ballast()).context("emptying a small disk")
    }

    fn ballast(&self) -> std::path::PathBuf {
        self.folder.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a program that was killed may not have let go of it yet.
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}
