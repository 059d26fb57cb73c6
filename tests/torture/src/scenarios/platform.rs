//! The platform is slow, refuses, throttles, breaks off in mid-answer, before and after it acted, and is down for a while.

use std::time::Duration;

use sportello_harness::platforms::error;
use sportello_harness::{Answer, Cut, Fault, Plan};

use super::Extent;
use crate::customers::{Customers, Load};
use crate::verdict::Verdict;
use crate::world::World;

/// One request in so many meets this.
fn faults() -> [(usize, Fault); 6] {
    let broken = |acted, cut| Fault::Break { acted, cut };
    [
        (7, Fault::Refuse(error(500, 131_000, "Something went wrong"))),
        (11, Fault::Slow(Duration::from_millis(1_500))),
        (13, broken(true, Cut::BeforeAnswer)),
        (17, broken(true, Cut::InAnswer)),
        (23, broken(false, Cut::BeforeAnswer)),
        (61, Fault::Refuse(Answer::throttled(1))),
    ]
}

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let mut world = World::open(extent.store, Ok).await?;
    for (each, fault) in faults() {
        world.town.whatsapp.faults.plan(Plan::every(each, fault));
    }
    let customers = Customers::start(Load::of(extent.messages), &world.doors)?;
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_secs(2)).await;
        world.town.whatsapp.go_down();
        tokio::time::sleep(Duration::from_secs(1)).await;
        world.town.whatsapp.come_back().await?;
    }
    let written = customers.finish().await?.written();
    let mut verdict = world.judge(written).await?;
    if verdict.ambiguous == 0 {
        verdict.wrong.push("the platform hid no outcome: nothing was tried".to_owned());
    }
    Ok(verdict)
}
