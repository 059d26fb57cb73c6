//! The program is killed at random moments, while it starts included, and started again on the same data.

use std::time::Duration;

use sportello_harness::{Fault, Plan};

use super::Extent;
use crate::customers::{Customers, Load};
use crate::verdict::Verdict;
use crate::world::World;

/// How long it lives at most, in milliseconds.
const LIFE: u64 = 1_500;
/// How far away the platform is: so that messages are on their way when the program is killed.
const DISTANCE: Duration = Duration::from_millis(100);
/// One kill in so many meets it while it starts.
const WHILE_STARTING: usize = 5;

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let mut world = World::open(extent.store, Ok).await?;
    world.town.whatsapp.faults.plan(Plan::always(Fault::Slow(DISTANCE)));
    let customers = Customers::start(Load::default(), &world.doors)?;
    for kill in 1..=extent.kills {
        let life = Duration::from_millis(fastrand::u64(0..LIFE));
        if kill % WHILE_STARTING == 0 {
            world.kill(0)?;
            // The start is given up where it takes longer.
            let _ = tokio::time::timeout(life / 4, world.start_again(0)).await;
        } else {
            tokio::time::sleep(life).await;
        }
        world.kill(0)?;
        world.start_again(0).await?;
    }
    let ledger = customers.stop().await?;
    world.judge(ledger.written()).await
}
