//! Several nodes on one database: one is killed and taken over, one is stopped for half a minute and goes on as if nothing had
//! been, and the database itself crashes and starts again.

use std::time::Duration;

use sportello_harness::{Fault, Plan};

use super::Extent;
use crate::customers::{Customers, Load};
use crate::verdict::Verdict;
use crate::world::World;

/// How far away the platform is: so that messages are on their way when something happens.
const DISTANCE: Duration = Duration::from_millis(100);
/// A node that died is taken over by then.
const TAKEN_OVER: Duration = Duration::from_secs(12);
/// How long a node is stopped: longer than it takes to be taken over.
const PAUSE: Duration = Duration::from_secs(30);
/// Between two misfortunes.
const REST: Duration = Duration::from_secs(3);

pub(super) async fn run(count: usize, extent: Extent) -> anyhow::Result<Verdict> {
    let mut world = World::open_nodes(count, extent.store, Ok).await?;
    world.town.whatsapp.faults.plan(Plan::always(Fault::Slow(DISTANCE)));
    let customers = Customers::start(Load { pause: Duration::from_secs(2), ..Load::default() }, &world.doors)?;
    tokio::time::sleep(REST).await;

    world.kill(1)?;
    tokio::time::sleep(TAKEN_OVER).await;
    world.start_again(1).await?;
    tokio::time::sleep(REST).await;

    world.pause(count - 1, PAUSE).await?;
    tokio::time::sleep(REST).await;

    world.doubt();
    if let Some(cluster) = &world.cluster {
        cluster.restart()?;
    }
    world.doubt();
    tokio::time::sleep(REST).await;

    let written = customers.stop().await?.written();
    let mut verdict = world.judge(written).await?;
    for (number, node) in world.nodes.iter_mut().enumerate() {
        if !node.is_running() {
            verdict.wrong.push(format!("node {number} has ended:\n{}", last_lines(&node.logs())));
        }
    }
    Ok(verdict)
}

fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(5)..].join("\n")
}
