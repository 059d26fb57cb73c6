//! What the tests of this crate share: components built beforehand, a host, and a turn.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};

use serde_json::json;
use sportello_domain::{
    contract::{Effect, Failure, Outcome, Turn},
    revision::{Grants, Revision, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::{Call, PluginError, Plugins, Returned};
use sportello_plugin_host::{Compiler, HostConfig, PluginHost};

/// Noon at Greenwich, 22 November 2026, in milliseconds.
pub const NOW: u64 = 1_795_348_800_000;

/// A component of `tests/guests`.
pub fn guest(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../target/guests/{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask plugins` first", path.display()))
}

/// Compiled plugins are kept between runs, since compiling takes longer than most tests.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-plugins")
}

/// With small pools, so that tests may run side by side.
pub fn config() -> HostConfig {
    let mut config = HostConfig::new(cache(), Compiler::InProcess);
    config.concurrency.total = 4;
    config
}

pub fn host() -> PluginHost {
    PluginHost::new(config()).unwrap()
}

/// Loads a guest under a name with these settings, and with the secret `key`.
pub async fn load(host: &PluginHost, name: &str, settings: serde_json::Value) -> RevisionId {
    load_with(host, name, settings, Grants::default()).await
}

/// As [`load`], with these grants.
pub async fn load_with(host: &PluginHost, name: &str, settings: serde_json::Value, grants: Grants) -> RevisionId {
    let component = guest(name);
    let found = host.inspect(&component).await.unwrap();
    let settings = settings.to_string();
    let revision = Revision::new(name, name, found.kind, &found.digest, &found.contract, settings, grants);
    let secrets = Secrets::from_iter([("key".to_owned(), b"Jefe".to_vec())]);
    host.load(&revision, &component, secrets).await.unwrap();
    revision.id
}

/// The misbehaving guest with one misdeed.
pub async fn misdeed(host: &PluginHost, name: &str) -> RevisionId {
    load(host, "misbehaving", json!({ "misdeed": name })).await
}

pub fn call(revision: &RevisionId) -> Call<'_> {
    Call { revision, conversation: None, now: NOW, seed: 7, recorded: &[] }
}

pub async fn handle(
    host: &PluginHost,
    revision: &RevisionId,
) -> Result<Returned<Result<Outcome, Failure>>, PluginError> {
    host.handle(call(revision), &mut turn()).await
}

pub fn turn() -> Turn {
    serde_json::from_value(turn_as_json()).unwrap()
}

pub fn turn_as_json() -> serde_json::Value {
    json!({
        "id": "t-1", "now": NOW, "seed": 7, "trigger": "handed-back", "purpose": "intent", "conversation": "c-1",
        "channel": "web-chat", "visibility": "private", "locale": "de-CH", "customer": {"id": "k-1"}, "history": [],
        "opening": {"open": true}
    })
}

/// What a skill said, as one text.
pub fn said(outcome: Result<Outcome, Failure>) -> String {
    let Ok(Outcome::Effects(effects)) = outcome else { panic!("no effects: {outcome:?}") };
    let texts = effects.iter().filter_map(|effect| match effect {
        Effect::Say(content) => content.words(),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}
