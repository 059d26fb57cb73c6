//! There is no room on the disk: webhooks are refused until there is, also by a program that was killed meanwhile and cannot
//! even start.

use std::time::Duration;

use sportello_harness::Cluster;

use super::Extent;
use crate::customers::{Customers, Load};
use crate::small_disk::SmallDisk;
use crate::verdict::Verdict;
use crate::world::{Store, World};

/// For everything that the program keeps.
const SIZE: usize = 64 << 20;
/// How long it stays full.
const FULL: Duration = Duration::from_secs(3);
/// How long a program may try to start without room.
const START: Duration = Duration::from_secs(3);

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let disk = SmallDisk::mount(SIZE)?;
    let (url, cluster) = match extent.store {
        Store::Sqlite => (format!("sqlite://{}/sportello.db", disk.folder().display()), None),
        Store::Postgres => {
            let cluster = Cluster::start()?;
            (cluster.database_in(disk.folder())?, Some(cluster))
        }
    };
    let mut world = World::open_at(Some(url), cluster, 1, Ok).await?;
    // Nobody else stops, so that the disk is full under load.
    let customers = Customers::start(Load { most: None, ..Load::of(extent.messages) }, &world.doors)?;
    let mut verdict = Verdict::default();
    for killed in [false, true] {
        while customers.ledger.acknowledged() < extent.messages / 4 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        disk.fill()?;
        let before = customers.ledger.refusals().later;
        tokio::time::sleep(FULL).await;
        if customers.ledger.refusals().later == before {
            verdict.wrong.push(format!("nothing was refused within {FULL:?} without room"));
        }
        if killed {
            world.kill(0)?;
            // It may well find no room to begin with.
            let _ = tokio::time::timeout(START, world.start_again(0)).await;
        }
        disk.empty()?;
        if !world.nodes[0].is_running() {
            world.start_again(0).await?;
        }
        let before = customers.ledger.acknowledged();
        tokio::time::sleep(FULL).await;
        if customers.ledger.acknowledged() == before {
            verdict.wrong.push("nothing was acknowledged when there was room again".to_owned());
        }
    }
    let ledger = customers.stop().await?;
    let refusals = ledger.refusals();
    verdict.wrong.extend(refusals.other.iter().map(|said| format!("refused with {said}")));
    let judged = world.judge(ledger.written()).await?;
    Ok(Verdict { wrong: [verdict.wrong, judged.wrong.clone()].concat(), ..judged })
}
