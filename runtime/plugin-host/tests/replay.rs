//! A real skill on a turn that was recorded of it: called again and again with recorded answers, as the engine replays.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use std::path::Path;

use common::host;
use serde_json::Value;
use sportello_domain::{
    contract::{Outcome, Turn},
    replay::{Finding, Replayed},
    revision::{Grants, Revision},
    secrets::Secrets,
};
use sportello_engine::{
    ports::{
        Call, Plugins,
        store::{StepEntry, StepResult},
    },
    replay::{Candidate, Recorded, replay},
};
use sportello_plugin_host::PluginHost;

/// The skill that asks a carrier's service, with these settings.
async fn load(host: &PluginHost, settings: &Value) -> Revision {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/dist/plugins/parcel-tracking.wasm");
    let component = std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask plugins` first", file.display()));
    let found = host.inspect(&component).await.unwrap();
    let (name, settings) = ("parcel-tracking", settings.to_string());
    let revision = Revision::new(name, name, found.kind, &found.digest, &found.contract, settings, Grants::default());
    host.load(&revision, &component, Secrets::default()).await.unwrap();
    revision
}

/// A case in which the service answered: its settings, and its turn as the journal would hold it.
async fn recorded(host: &PluginHost) -> (Value, StepEntry) {
    let case = include_str!("../../../plugins/parcel-tracking/cases/in-transit-de.json");
    let case: Value = serde_json::from_str(case).unwrap();
    let settings = case["arguments"]["settings"].clone();
    let mut input: Turn = serde_json::from_value(case["arguments"]["turn"].clone()).unwrap();
    let revision = load(host, &settings).await;
    let call = Call { revision: &revision.id, conversation: None, now: input.now, seed: input.seed, recorded: &[] };
    let returned = host.handle(call, &mut input).await.unwrap();
    let Ok(Outcome::Effects(effects)) = returned.value else { panic!("{returned:?}") };
    let entry = StepEntry {
        skill: revision.name.clone(),
        revision: revision.id.clone(),
        exchanges: std::mem::take(&mut input.exchanges),
        input,
        vault: returned.vault,
        left_out: vec![],
        result: StepResult::Effects(effects),
        took: 1_000_000,
    };
    assert!(!entry.exchanges.is_empty(), "a turn without requests shows little");
    (settings, entry)
}

async fn rerun(host: &PluginHost, revision: &Revision, entry: StepEntry) -> Replayed {
    let candidate = Candidate { revision: &revision.id, settings: &revision.settings, memory_version: 1 };
    let recorded = [Recorded::Handled { call: "turn 1".to_owned(), at: 0, entry: Box::new(entry) }];
    replay(host, candidate, &recorded, |_| {}).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_skill_gives_the_same_answer_to_what_was_recorded_of_it() {
    let host = host();
    let (settings, entry) = recorded(&host).await;
    let revision = load(&host, &settings).await;
    assert_eq!(rerun(&host, &revision, entry).await.finding, Finding::Same);
}

#[tokio::test]
async fn a_skill_with_another_service_asks_for_what_was_not_recorded() {
    let host = host();
    let (mut settings, entry) = recorded(&host).await;
    settings["api-base"] = "https://elsewhere.example".into();
    let revision = load(&host, &settings).await;
    let replayed = rerun(&host, &revision, entry).await.to_string();
    assert!(replayed.starts_with("turn 1: not comparable: it asked for what was not recorded: "), "{replayed}");
    assert!(replayed.contains("https://elsewhere.example"), "{replayed}");
}
