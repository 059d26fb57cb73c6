//! Memory that outlives a call: nobody's by default, a revision's own where its operator trusts it so far.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use serde_json::json;
use sportello_domain::{
    contract::Trigger,
    revision::{Grants, RevisionId},
};
use sportello_engine::ports::{PluginError, Plugins};
use sportello_plugin_host::PluginHost;

async fn remembering(host: &PluginHost, warm: bool) -> RevisionId {
    let grants = Grants { warm, ..Grants::default() };
    common::load_with(host, "misbehaving", json!({ "misdeed": "remember" }), grants).await
}

/// What it says to this text.
async fn says(host: &PluginHost, revision: &RevisionId, text: &str) -> Result<String, PluginError> {
    let message = json!({ "sender": { "id": "k-1" }, "contents": [{ "text": text }] });
    let mut turn = common::turn();
    turn.trigger = Trigger::Message(serde_json::from_value(message).unwrap());
    Ok(common::said(host.handle(common::call(revision), &mut turn).await?.value))
}

/// What it says to so many greetings, one after the other.
async fn greeted(host: &PluginHost, warm: bool, times: usize) -> Vec<String> {
    let revision = remembering(host, warm).await;
    let mut said = vec![];
    for _ in 0..times {
        said.push(says(host, &revision, "hello").await.unwrap());
    }
    said
}

#[tokio::test]
async fn by_default_no_call_finds_what_another_left() {
    assert_eq!(greeted(&common::host(), false, 3).await, ["0", "0", "0"]);
}

#[tokio::test]
async fn a_revision_that_is_trusted_so_far_goes_on_in_the_same_memory() {
    assert_eq!(greeted(&common::host(), true, 3).await, ["0", "1", "2"]);
}

#[tokio::test]
async fn who_trapped_is_called_no_more() {
    let host = common::host();
    let revision = remembering(&host, true).await;
    says(&host, &revision, "hello").await.unwrap();
    assert!(matches!(says(&host, &revision, "trap").await, Err(PluginError::Trap { .. })));
    assert_eq!(says(&host, &revision, "hello").await.unwrap(), "0");
}

#[tokio::test]
async fn nobody_serves_for_ever() {
    let said = greeted(&common::host(), true, 1_001).await;
    assert_eq!(said[998..], ["998", "999", "0"]);
}

#[tokio::test]
async fn where_there_is_no_place_nobody_is_kept() {
    let mut config = common::config();
    config.concurrency.kept = 0;
    assert_eq!(greeted(&PluginHost::new(config).unwrap(), true, 2).await, ["0", "0"]);
}

#[tokio::test]
async fn what_a_call_may_use_is_counted_anew_and_its_memory_is_not() {
    let mut config = common::config();
    config.limits.host_work = 4;
    let said = greeted(&PluginHost::new(config).unwrap(), true, 9).await;
    assert_eq!(said, (0..9).map(|before| before.to_string()).collect::<Vec<_>>());
}
