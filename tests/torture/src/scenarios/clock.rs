//! The clock of the machine jumps by an hour, ahead and back, again and again, while the time that has really passed goes on. Only
//! what people see may depend on the clock, and how long the program was away.
//!
//! The program gets its clock from a library that is loaded before the system's own and reads the offset from a file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use sportello_harness::platforms::error;
use sportello_harness::{Cut, Fault, Plan, Setup};
use tempfile::TempDir;

use super::Extent;
use crate::customers::{Customers, Load, Written};
use crate::verdict::Verdict;
use crate::world::World;

/// Where Debian's package `libfaketime` puts it, by machine.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";
/// Offsets, one after the other, in the words of the library.
const JUMPS: [&str; 6] = ["+0", "+3600s", "+0", "-3600s", "+3600s", "+0"];
/// How long each lasts.
const STAY: Duration = Duration::from_secs(2);
/// By more than an answer of the bot is worth sending.
const LATER: &str = "+3600s";

/// One request in so many meets this, so that there is always something that waits.
fn faults() -> [(usize, Fault); 2] {
    [
        (7, Fault::Refuse(error(500, 131_000, "Something went wrong"))),
        (13, Fault::Break { acted: true, cut: Cut::BeforeAnswer }),
    ]
}

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let clock = Clock::new()?;
    let mut world = World::open(extent.store, |setup| clock.of(setup)).await?;
    for (each, fault) in faults() {
        world.town.whatsapp.faults.plan(Plan::every(each, fault));
    }
    let customers = Customers::start(Load::default(), &world.doors)?;
    while customers.ledger.written().len() < extent.messages / 2 {
        for jump in JUMPS {
            clock.set(jump)?;
            tokio::time::sleep(STAY).await;
        }
    }
    let mut written = customers.stop().await?.written();
    world.town.whatsapp.faults.clear();
    let before = world.judge(written.clone()).await?;
    let waiting = wait_for_a_jump(&mut world, &clock).await?;
    written.extend(waiting.clone());
    let mut verdict = world.judge(written).await?;
    verdict.wrong.extend(before.wrong);
    if verdict.answered != before.answered + waiting.len() {
        let left = verdict.answered.saturating_sub(before.answered);
        verdict.wrong.push(format!("{left} of {} answers left after they had waited for a jump", waiting.len()));
    }
    clock.set("+0")?;
    verdict.wrong.extend(stale(&mut world, &clock).await?);
    Ok(verdict)
}

/// Answers that wait while the platform is down are not too late because the clock jumps meanwhile.
async fn wait_for_a_jump(world: &mut World, clock: &Clock) -> anyhow::Result<Vec<Written>> {
    let written = write_while_down(world, 800_000).await?;
    clock.set(LATER)?;
    tokio::time::sleep(STAY).await;
    world.town.whatsapp.come_back().await?;
    Ok(written)
}

/// Answers that wait while the platform is down, and whose time is over when the program is started again, do not leave.
async fn stale(world: &mut World, clock: &Clock) -> anyhow::Result<Vec<String>> {
    let before = world.town.whatsapp.log.len();
    let written = write_while_down(world, 900_000).await?;
    world.kill(0)?;
    clock.set(LATER)?;
    world.start_again(0).await?;
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

/// A dozen new customers, numbered from `first`, write twice each, and the answers cannot leave.
async fn write_while_down(world: &World, first: usize) -> anyhow::Result<Vec<Written>> {
    world.town.whatsapp.go_down();
    let load = Load { at_once: 12, each: 2, most: Some(12), first, ..Load::default() };
    let written = Customers::start(load, &world.doors)?.finish().await?.written();
    tokio::time::sleep(STAY).await;
    Ok(written)
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
