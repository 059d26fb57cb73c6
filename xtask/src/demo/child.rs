//! A process that was started here and is ended by its own number, and no other.

use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

use crate::command;

/// Longer than a turn may last.
const PATIENCE: Duration = Duration::from_secs(75);

/// Ended at the latest when it is dropped.
pub(crate) struct Child {
    what: &'static str,
    process: std::process::Child,
    log: PathBuf,
}

impl Child {
    /// Starts it with its output in a file. Ctrl-C does not reach it: it is asked to end when its turn has come.
    pub(crate) fn spawn(what: &'static str, mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let output = File::create(log).with_context(|| format!("creating {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output).process_group(0);
        let process = command.spawn().with_context(|| format!("starting `{}`", command::spell(&command)))?;
        Ok(Self { what, process, log: log.to_owned() })
    }

    /// An error, with the end of its log, if it has ended.
    pub(crate) fn ensure_running(&mut self) -> anyhow::Result<()> {
        let Some(status) = self.process.try_wait()? else { return Ok(()) };
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let end = lines[lines.len().saturating_sub(20)..].join("\n");
        anyhow::bail!("{} ended by itself with {status}:\n{end}", self.what)
    }

    /// Asks it to end and waits; kills it when it does not.
    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        let id = Pid::from_raw(i32::try_from(self.process.id())?).context("a process has a number")?;
        kill_process(id, Signal::TERM)?;
        let begin = Instant::now();
        while self.process.try_wait()?.is_none() {
            anyhow::ensure!(begin.elapsed() < PATIENCE, "{} did not end within {PATIENCE:?} and was killed", self.what);
            std::thread::sleep(super::GLANCE);
        }
        Ok(())
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It has ended already where all went well; there is nothing else to be done about it here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
