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
    Ok(common::said(host.handle(common::call(revision), &turn).await?.value))
}

#[tokio::test]
async fn by_default_no_call_finds_what_another_left() {
    let host = common::host();
    let revision = remembering(&host, false).await;
    for _ in 0..3 {
        assert_eq!(says(&host, &revision, "hello").await.unwrap(), "0");
    }
}

#[tokio::test]
async fn a_revision_that_is_trusted_so_far_goes_on_in_the_same_memory() {
    let host = common::host();
    let revision = remembering(&host, true).await;
    for before in 0..3 {
        assert_eq!(says(&host, &revision, "hello").await.unwrap(), before.to_string());
    }
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
    let host = common::host();
    let revision = remembering(&host, true).await;
    let mut most = 0;
    for calls in 1.. {
        let before: u32 = says(&host, &revision, "hello").await.unwrap().parse().unwrap();
        if before < most {
            assert_eq!((before, most), (0, 999));
            return;
        }
        most = before;
        assert!(calls <= 1_000, "it still serves");
    }
}

#[tokio::test]
async fn where_there_is_no_place_nobody_is_kept() {
    let mut config = common::config();
    config.concurrency.kept = 0;
    let host = PluginHost::new(config).unwrap();
    let revision = remembering(&host, true).await;
    for _ in 0..2 {
        assert_eq!(says(&host, &revision, "hello").await.unwrap(), "0");
    }
}

#[tokio::test]
async fn what_a_call_may_use_is_counted_anew_and_its_memory_is_not() {
    let mut config = common::config();
    config.limits.host_work = 4;
    let host = PluginHost::new(config).unwrap();
    let revision = remembering(&host, true).await;
    for before in 0..9 {
        assert_eq!(says(&host, &revision, "hello").await.unwrap(), before.to_string());
    }
}
