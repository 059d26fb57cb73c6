//! Coming to an end.

use std::time::Duration;

use crate::support::World;
use crate::support::client::LIMIT;

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let world = World::with(|config| config.patience = Duration::from_millis(300)).await;
    let (client, url) = (world.client.clone(), world.url("/hooks/echo"));
    let asked = tokio::spawn(async move { client.send("POST", &url, &[("x-signature", "good")], "for ever").await });
    let began = async {
        while world.fakes.seen.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, began).await.unwrap();
    world.app.close();
    tokio::time::timeout(LIMIT, world.serving).await.expect("it ends").unwrap();
    asked.await.unwrap().problem(503, "unavailable");
    let refused = tokio::net::TcpStream::connect(world.base.trim_start_matches("http://")).await;
    assert!(refused.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn the_grace_is_the_longest_that_an_end_takes() {
    let world = World::with(|config| config.grace = Duration::from_millis(50)).await;
    let (client, url) = (world.client.clone(), world.url("/hooks/echo"));
    tokio::spawn(async move { client.open("POST", &url, &[("x-signature", "good")], "for ever").await });
    let began = async {
        while world.fakes.seen.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LIMIT, began).await.unwrap();
    world.app.close();
    tokio::time::timeout(Duration::from_secs(5), world.serving).await.expect("it ends").unwrap();
}
