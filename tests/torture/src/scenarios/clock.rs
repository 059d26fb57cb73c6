//! The clock of the machine jumps by an hour, ahead and back, again and again, while the time that has really passed goes on. Only
//! what people see may depend on the clock.
//!
//! The program gets its clock from a library that is loaded before the system's own and reads the offset from a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use sportello_harness::Setup;
use tempfile::TempDir;

use super::Extent;
use crate::customers::{Customers, Load};
use crate::verdict::Verdict;
use crate::world::World;

/// Where Debian's package `libfaketime` puts it, by machine.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";
/// Offsets, one after the other, in the words of the library.
const JUMPS: [&str; 6] = ["+0", "+3600s", "+0", "-3600s", "+3600s", "+0"];
/// How long each lasts.
const STAY: Duration = Duration::from_secs(2);
/// Longer than an answer of the bot is worth sending.
const TOO_LATE: &str = "+3600s";

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let clock = Clock::new()?;
    let mut world = World::open(extent.store, |setup| clock.of(setup)).await?;
    let customers = Customers::start(Load::default(), &world.doors)?;
    while customers.ledger.written().len() < extent.messages / 2 {
        for jump in JUMPS {
            clock.set(jump)?;
            tokio::time::sleep(STAY).await;
        }
    }
    let written = customers.stop().await?.written();
    let mut verdict = world.judge(written).await?;
    verdict.wrong.extend(stale(&mut world, &clock).await?);
    Ok(verdict)
}

/// Answers that wait while the platform is down, past their time, do not leave when it comes back.
async fn stale(world: &mut World, clock: &Clock) -> anyhow::Result<Vec<String>> {
    world.town.whatsapp.go_down();
    let before = world.town.whatsapp.log.len();
    let load = Load { at_once: 12, each: 2, most: Some(12), first: 900_000, ..Load::default() };
    let written = Customers::start(load, &world.doors)?.finish().await?.written();
    tokio::time::sleep(STAY).await;
    clock.set(TOO_LATE)?;
    world.town.whatsapp.come_back().await?;
    let judged = world.judge(written.clone()).await?;
    clock.set("+0")?;
    let left = world.town.whatsapp.log.len() - before;
    let mut wrong = vec![];
    if left > 0 {
        wrong.push(format!("{left} answers left an hour too late"));
    }
    if judged.with_a_person != written.len() {
        wrong.push(format!(
            "{} of {} answers that were too late are with a person",
            judged.with_a_person,
            written.len()
        ));
    }
    Ok(wrong)
}

/// The program's clock.
struct Clock {
    library: PathBuf,
    folder: TempDir,
}

impl Clock {
    fn new() -> anyhow::Result<Self> {
        let clock = Self { library: library()?, folder: TempDir::new()? };
        clock.set("+0")?;
        Ok(clock)
    }

    /// A program whose clock this is; the clocks that never jump are the real ones.
    fn of(&self, setup: Setup) -> anyhow::Result<Setup> {
        Ok(setup
            .env("LD_PRELOAD", &self.library.to_string_lossy())
            .env("FAKETIME_TIMESTAMP_FILE", &self.file().to_string_lossy())
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_NO_CACHE", "1"))
    }

    /// The program sees another time at its next look.
    fn set(&self, offset: &str) -> anyhow::Result<()> {
        let next = self.folder.path().join("next");
        std::fs::write(&next, offset)?;
        std::fs::rename(next, self.file()).context("setting a clock")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("offset")
    }
}

fn library() -> anyhow::Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    folders
        .chain([Path::new("/usr/lib").to_owned()])
        .map(|folder| folder.join(LIBRARY))
        .find(|library| library.is_file())
        .context("the library that fakes clocks is missing: install the package `libfaketime`")
}
