//! The cases that a component carries are run in the host, under the limits of live calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use std::time::Duration;

use common::{config, guest, host, turn_as_json};
use serde_json::{Value, json};
use sportello_plugin_host::{CaseResult, HostError, PluginHost, Verdict};

/// The misbehaving guest with these cases.
fn carrying(cases: Value) -> Vec<u8> {
    sportello_cases::write(&guest("misbehaving"), &serde_json::from_value(cases).unwrap()).unwrap()
}

/// A call of `handle` with a misdeed.
fn case(misdeed: &str, said: &str) -> Value {
    json!({
        "function": "handle",
        "arguments": {"settings": {"misdeed": misdeed}, "turn": turn_as_json()},
        "expect": {"ok": {"effects": [{"say": {"text": said}}, "finish"]}},
    })
}

fn told(results: &[CaseResult]) -> Vec<String> {
    results.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn each_case_passes_or_says_what_is_wrong() {
    let component = carrying(json!({
        "a-good-one": case("none", "behaved"),
        "b-other-words": case("none", "misbehaved"),
        "c-a-trap": case("trap", ""),
        "d-no-case": {"function": "handle"},
    }));
    let results = host().self_test(&component).await.unwrap();
    let told = told(&results);
    assert_eq!(told.len(), 4);
    assert_eq!(told[0], "a-good-one: passed");
    assert_eq!(told[1], r#"b-other-words: ok.effects[0].say.text: expected "misbehaved", found "behaved""#);
    assert!(told[2].starts_with("c-a-trap: ") && told[2].contains("trapped in handle"), "{told:?}");
    assert!(told[3].starts_with("d-no-case: it is no case as wit/JSON.md describes it: "), "{told:?}");
}

#[tokio::test]
async fn a_case_runs_under_the_limits_of_live_calls() {
    let mut config = config();
    config.limits.cpu = Duration::from_millis(200);
    let host = PluginHost::new(config).unwrap();
    let results = host.self_test(&carrying(json!({"loop": case("loop", "")}))).await.unwrap();
    let Verdict::Failed(reason) = &results[0].verdict else { panic!("{results:?}") };
    assert!(reason.ends_with("it reached its limit of CPU time"), "{reason}");
}

#[tokio::test]
async fn a_case_brings_its_own_secrets() {
    let mut knowing = case("senses", "");
    knowing["secrets"] = json!({"key": "Jefe"});
    let results = host().self_test(&carrying(json!({"a": case("senses", ""), "b": knowing}))).await.unwrap();
    let heard = results.iter().map(|result| match &result.verdict {
        Verdict::Mismatch(mismatch) => mismatch.found.as_str().unwrap().lines().last().unwrap().to_owned(),
        verdict => panic!("{verdict:?}"),
    });
    assert_eq!(heard.collect::<Vec<_>>(), ["matches false", "matches true"]);
}

#[tokio::test]
async fn a_component_without_cases_has_nothing_to_fail() {
    assert_eq!(host().self_test(&guest("misbehaving")).await.unwrap(), []);
}

#[tokio::test]
async fn a_section_that_holds_something_else_is_told() {
    let mut component = guest("misbehaving");
    component.extend_from_slice(b"\0\x12\x0fsportello:cases[]");
    let error = host().self_test(&component).await.unwrap_err();
    assert!(matches!(&error, HostError::Cases(reason) if reason.contains("sportello:cases")), "{error}");
}

#[tokio::test]
async fn more_cases_than_are_possible_are_refused() {
    let cases: serde_json::Map<String, Value> = (0..1001).map(|number| (number.to_string(), json!({}))).collect();
    let error = host().self_test(&carrying(Value::Object(cases))).await.unwrap_err();
    assert_eq!(error.to_string(), "the plugin's cases cannot be run: there are 1001, and 1000 are possible");
}
