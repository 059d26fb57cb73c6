//! A short version of each scenario: nothing is lost, out of order, or repeated without need.

use sportello_torture::scenarios::{Extent, Scenario};
use sportello_torture::verdict::Verdict;
use sportello_torture::world::Store;

async fn survives(scenario: Scenario) -> anyhow::Result<Verdict> {
    survives_on(Store::Sqlite, scenario).await
}

async fn survives_on(store: Store, scenario: Scenario) -> anyhow::Result<Verdict> {
    let verdict = scenario.run(Extent::short(store)).await?;
    anyhow::ensure!(verdict.faults().is_empty(), "{:#?}", verdict.faults());
    Ok(verdict)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_kills_lose_nothing() {
    let verdict = survives(Scenario::Killed).await.unwrap();
    assert!(verdict.interrupted > 0, "no kill met a message on its way");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_do_they_on_postgres() {
    survives_on(Store::Postgres, Scenario::Killed).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_breaks_off_is_told_nothing_twice_without_need() {
    survives(Scenario::Platform).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_room_nothing_is_acknowledged_that_is_not_kept() {
    survives(Scenario::Full).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_is_it_on_postgres() {
    survives_on(Store::Postgres, Scenario::Full).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_confuses_nobody() {
    survives(Scenario::Clock).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_taken_and_answered_in_order() {
    survives(Scenario::Flood).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_traps_reaches_a_person_and_the_lane_goes_on() {
    let verdict = survives(Scenario::Poison).await.unwrap();
    assert!(verdict.with_a_person > 0 && verdict.answered > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_survive_each_other_and_their_database() {
    survives_on(Store::Postgres, Scenario::TwoNodes).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plugins_change_while_customers_write_and_nobody_notices() {
    survives(Scenario::Swaps).await.unwrap();
}
