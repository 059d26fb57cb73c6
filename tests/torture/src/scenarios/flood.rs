//! Much more is written than can be answered at once: everything is taken, memory stays flat, all of it is answered in order
//! when it ends, and answers are as fast as before by themselves.

use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::Extent;
use crate::customers::{Asks, Customers, Load, Written};
use crate::settle::figures;
use crate::verdict::Verdict;
use crate::waits::Waits;
use crate::world::World;

/// How often memory and backlog are looked at.
const GLANCE: Duration = Duration::from_millis(200);
/// So much may memory grow by; bytes.
const GROWTH: u64 = 128 << 20;
/// So much longer may answers take afterwards: times as long, or milliseconds, whichever is more.
const BEARABLE: (u64, u64) = (3, 500);
/// The number of the first customer of the flood, and of those after it.
const FIRST: [usize; 2] = [100_000, 200_000];

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let mut world = World::open(extent.store, Ok).await?;
    let usual = Load { each: 6, asks: Asks::Questions, most: Some(extent.messages / 24), ..Load::default() };
    let (before, mut written) = waits(&world, usual).await?;

    let fresh = resident(process(&world)?)?;
    let watch = Watch::start(&world)?;
    let flood = Load { at_once: 256, pause: Duration::ZERO, first: FIRST[0], most: Some(extent.messages * 2), ..usual };
    let begin = std::time::Instant::now();
    let ledger = Customers::start(flood, &world.doors)?.finish().await?;
    let took = begin.elapsed();
    let flooded = ledger.written();
    let refusals = ledger.refusals();
    let mut verdict = world.judge(flooded.clone()).await?;
    let drained = begin.elapsed();
    let (most, backlog) = watch.stop().await?;

    let (after, more) = waits(&world, Load { first: FIRST[1], ..usual }).await?;
    written.extend(more);
    let others = world.judge(written).await?;
    // Each is a stray to the other.
    verdict.strays.clear();
    verdict.add(Verdict { strays: vec![], ..others });

    #[allow(clippy::cast_precision_loss, reason = "figures for people")]
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    verdict.measured.push(format!("before: {before}"));
    verdict.measured.push(format!(
        "{} messages taken in {:.1} s, {:.0} a second, with a backlog of {backlog} at most; all answered after {:.1} s",
        flooded.len(),
        took.as_secs_f64(),
        flooded.len() as f64 / took.as_secs_f64(),
        drained.as_secs_f64()
    ));
    verdict.measured.push(format!("memory: {:.0} MiB before, {:.0} MiB at most", mebibytes(fresh), mebibytes(most)));
    verdict.measured.push(format!("after: {after}"));
    if most > fresh + GROWTH {
        verdict.wrong.push(format!("memory grew from {fresh} to {most} bytes"));
    }
    if after.quantile(99) > (before.quantile(99) * BEARABLE.0).max(BEARABLE.1) {
        verdict.wrong.push(format!("answers are slow afterwards: {after}"));
    }
    if refusals.later + refusals.none + refusals.other.len() > 0 {
        verdict.wrong.push(format!("not everything was taken at once: {refusals:?}"));
    }
    Ok(verdict)
}

fn process(world: &World) -> anyhow::Result<u32> {
    world.nodes[0].process_id().context("the program runs")
}

async fn waits(world: &World, load: Load) -> anyhow::Result<(Waits, Vec<Written>)> {
    let written = Customers::start(load, &world.doors)?.finish().await?.written();
    tokio::time::sleep(Duration::from_secs(1)).await;
    Ok((world.waits(written.clone()), written))
}

/// Looks at the program while something else happens.
struct Watch {
    stop: CancellationToken,
    task: JoinHandle<anyhow::Result<(u64, f64)>>,
}

impl Watch {
    fn start(world: &World) -> anyhow::Result<Self> {
        let (id, url) = (process(world)?, world.nodes[0].url("/metrics"));
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move {
            let (mut most, mut backlog) = (0, 0.0);
            while !stopped.is_cancelled() {
                most = most.max(resident(id)?);
                let pending = figures(&url, &["sportello_inbox_pending"]).await.unwrap_or_default();
                backlog = pending.into_iter().fold(backlog, f64::max);
                tokio::time::sleep(GLANCE).await;
            }
            Ok((most, backlog))
        });
        Ok(Self { stop, task })
    }

    /// The most that was seen: bytes in memory, and messages without an answer.
    async fn stop(self) -> anyhow::Result<(u64, f64)> {
        self.stop.cancel();
        self.task.await?
    }
}

/// Bytes in memory.
fn resident(process: u32) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a process has memory")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
}
