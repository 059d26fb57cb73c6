//! An operator changes plugins while customers write: new revisions of a channel, of the classifier and of a skill serve one
//! after the other, some are taken back, one does not fit, one fails its own cases, and one is bad only where it serves.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::json;
use sportello_harness::another;

use super::{Extent, NOTICE};
use crate::customers::{Customers, Load};
use crate::operator::Operator;
use crate::verdict::Verdict;
use crate::world::{Store, World};

/// What is changed: a channel, the classifier, a skill.
const CHANGED: [(&str, &str); 3] =
    [("whatsapp", "whatsapp"), ("nlu", "intents"), ("parcel-tracking", "parcel-tracking")];
/// The skill whose candidates are bad.
const SPOILED: &str = "faq";
/// What is measured without any change, before.
const QUIET: Duration = Duration::from_secs(5);
/// How long a bad candidate may serve its share until it is taken back.
const PATIENCE: Duration = Duration::from_secs(60);
/// One change in so many is taken back at once.
const BACK: u64 = 4;
/// The number of the first customer who writes while plugins change.
const LATER: usize = 500_000;

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    // About half of what two processors manage.
    let (nodes, at_once) = if extent.store == Store::Postgres { (3, 8) } else { (1, 64) };
    let mut world = World::open_nodes(nodes, extent.store, |setup| setup.with_guests()).await?;
    let operator = Operator::of(&world.nodes[0]).await?;
    let load = Load { at_once, each: 6, pause: Duration::from_millis(200), ..Load::default() };

    let customers = Customers::start(load, &world.doors)?;
    tokio::time::sleep(QUIET).await;
    let mut written = customers.stop().await?.written();
    // All of it is judged once more at the end.
    world.judge(written.clone()).await?;
    let before = world.waits(written.clone());

    let customers = Customers::start(Load { first: LATER, ..load }, &world.doors)?;
    let begun = Instant::now();
    let swaps = change_all(&operator, extent.kills.div_ceil(5)).await?;
    let took = begun.elapsed();
    let spoiled = spoil(&operator).await;
    let ledger = customers.stop().await?;
    let (later, refusals) = (ledger.written(), ledger.refusals());
    written.extend(later.clone());
    let mut verdict = world.judge(written).await?;
    let during = world.waits(later);

    // To the customers whose conversations a candidate spoiled.
    verdict.strays.retain(|stray| !stray.contains(NOTICE));
    verdict.measured.push(format!("without changes: {before}"));
    verdict.measured.push(format!("{swaps} changes in {:.1} s, each served everybody: {during}", took.as_secs_f64()));
    verdict.wrong.extend(spoiled.err().map(|error| format!("{error:#}")));
    if refusals.later + refusals.none + refusals.other.len() > 0 {
        verdict.wrong.push(format!("not everything was taken at once: {refusals:?}"));
    }
    Ok(verdict)
}

/// So many new revisions of each, one after the other, of which some are taken back; says how many served.
async fn change_all(operator: &Operator, of_each: usize) -> anyhow::Result<usize> {
    for number in 0..of_each as u64 {
        for (name, plugin) in CHANGED {
            let revision = operator.push(name, &another(plugin, number)?, None).await?;
            operator.proved(&revision).await?;
            operator.promote(&revision).await?;
            if number % BACK == BACK - 1 {
                operator.roll_back(name).await?;
            }
        }
    }
    Ok(of_each * CHANGED.len())
}

/// Candidates that must not come to serve everybody.
async fn spoil(operator: &Operator) -> anyhow::Result<()> {
    let of_another_kind = operator.push(SPOILED, &another("whatsapp", 0)?, None).await?;
    operator.ends_as(&of_another_kind, "rejected", PATIENCE).await.context("a channel in the place of a skill")?;

    let failing = operator.failing_its_cases(SPOILED)?;
    let failing = operator.push(SPOILED, &failing, None).await?;
    operator.ends_as(&failing, "rejected", PATIENCE).await.context("a skill that fails its own cases")?;

    let traps = another("misbehaving", 0)?;
    let traps = operator.push(SPOILED, &traps, Some(json!({"misdeed": "trap"}))).await?;
    operator.proved(&traps).await?;
    operator.canary(&traps, 10).await?;
    operator.ends_as(&traps, "rolled-back", PATIENCE).await.context("a skill that traps where it serves")
}
