//! A platform, a service, a skill that spins, a customer who writes without end: each delays itself. Measured is how long the
//! others wait, with and without.

use std::time::Duration;

use serde_json::json;
use sportello_harness::webhooks::telegram::Chat;
use sportello_harness::{Client, Fault, Plan, Setup, now, secrets};

use super::Extent;
use crate::customers::{Asks, Customers, Load};
use crate::verdict::Verdict;
use crate::waits::Waits;
use crate::world::World;

/// How long what is slow takes.
const SLOW: Duration = Duration::from_secs(20);
/// How long the last answers may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// More than all lanes there are.
const CROWD: usize = 700;
/// Enough to keep all processors busy with spinning.
const SPINNERS: usize = 40;
/// What one customer writes.
const CHATTER: usize = 600;
/// The number of the first customer who disturbs.
const OTHERS: usize = 1_000_000;
/// The intent whose skill spins, and what brings it.
const SPINNING: (&str, &str) = ("prices", "How much does it cost to send a letter?");
/// So much longer may the others wait: times as long, or milliseconds, whichever is more.
const BEARABLE: (u64, u64) = (3, 500);

/// What disturbs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disturbance {
    Nobody,
    SlowPlatform,
    SlowService,
    SpinningSkill,
    ChattyCustomer,
}

impl Disturbance {
    fn name(self) -> &'static str {
        match self {
            Self::Nobody => "alone",
            Self::SlowPlatform => "beside a slow platform",
            Self::SlowService => "beside a skill whose service is slow",
            Self::SpinningSkill => "beside a skill that spins",
            Self::ChattyCustomer => "beside a customer who writes without end",
        }
    }
}

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let (alone, mut verdict) = beside(Disturbance::Nobody, extent).await?;
    verdict.measured.push(format!("{}: {alone}", Disturbance::Nobody.name()));
    let disturbances =
        [Disturbance::SlowPlatform, Disturbance::SlowService, Disturbance::SpinningSkill, Disturbance::ChattyCustomer];
    for disturbance in disturbances {
        let (waits, judged) = beside(disturbance, extent).await?;
        let (p99, usual) = (waits.quantile(99), alone.quantile(99).max(1));
        #[allow(clippy::cast_precision_loss, reason = "a ratio for people")]
        let ratio = p99 as f64 / usual as f64;
        verdict.measured.push(format!("{}: {waits}, p99 {ratio:.1} times as long as alone", disturbance.name()));
        if p99 > (usual * BEARABLE.0).max(BEARABLE.1) {
            verdict.wrong.push(format!("{}: p99 {p99} ms instead of {usual} ms", disturbance.name()));
        }
        verdict.add(judged);
    }
    Ok(verdict)
}

/// The others write beside it, and are judged; whoever disturbs is not.
async fn beside(disturbance: Disturbance, extent: Extent) -> anyhow::Result<(Waits, Verdict)> {
    let world =
        World::open(
            extent.store,
            |setup| if disturbance == Disturbance::SpinningSkill { spinning(setup) } else { Ok(setup) },
        )
        .await?;
    let _disturbing = disturb(disturbance, &world).await?;
    let load = Load { each: 6, asks: Asks::Questions, ..Load::default() };
    let load = Load { most: Some((extent.messages / 2).div_ceil(load.each)), ..load };
    let written = Customers::start(load, &world.doors)?.finish().await?.written();
    let begin = std::time::Instant::now();
    while world.waits(written.clone()).sorted.len() < written.len() && begin.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut verdict = world.judge_as_it_stands(written.clone());
    // They are the answers to whoever disturbs.
    verdict.strays.clear();
    Ok((world.waits(written), verdict))
}

async fn disturb(disturbance: Disturbance, world: &World) -> anyhow::Result<Option<Customers>> {
    let load =
        Load { first: OTHERS, pause: Duration::ZERO, each: 1, at_once: CROWD, most: Some(CROWD), ..Load::default() };
    let load = match disturbance {
        Disturbance::Nobody => return Ok(None),
        Disturbance::SlowPlatform => {
            write_on_telegram(world).await?;
            return Ok(None);
        }
        Disturbance::SlowService => {
            world.town.tracking.faults.plan(Plan::always(Fault::Slow(SLOW)));
            Load { asks: Asks::Parcels, ..load }
        }
        Disturbance::SpinningSkill => {
            Load { asks: Asks::This(SPINNING.1), at_once: SPINNERS, most: Some(SPINNERS), ..load }
        }
        Disturbance::ChattyCustomer => Load { asks: Asks::Parcels, at_once: 1, most: Some(1), each: CHATTER, ..load },
    };
    Ok(Some(Customers::start(load, &world.doors)?))
}

/// A crowd on another channel, whose platform is slow.
async fn write_on_telegram(world: &World) -> anyhow::Result<()> {
    world.town.telegram.faults.plan(Plan::always(Fault::Slow(SLOW)));
    let (client, hook) = (Client::default(), world.nodes[0].hook("telegram"));
    let headers = [("content-type", "application/json"), ("x-telegram-bot-api-secret-token", secrets::WEBHOOK_SECRET)];
    for number in 0..i64::try_from(CROWD)? {
        let update = Chat::new(number + 1, "Ada").text(number + 1, 1, now(), "When are you open?");
        client.send("POST", &hook, &headers, json!(update).to_string().into_bytes()).await?.success()?;
    }
    Ok(())
}

fn spinning(setup: Setup) -> anyhow::Result<Setup> {
    let skill = format!("plugin = \"misbehaving\"\nintents = [\"{}\"]\nsettings.misdeed = \"loop\"", SPINNING.0);
    super::without_intent(setup, SPINNING.0)?.with_guests()?.merge(&format!("[skills.broken]\n{skill}\n"))
}
