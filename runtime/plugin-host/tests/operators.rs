//! What operators do with components: look at them, call them by hand, try them on their cases.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{NOW, guest, host, turn_as_json};
use serde_json::json;
use sportello_domain::{revision::PluginKind, secrets::Secrets};
use sportello_plugin_host::{CONTRACT, Case};

#[tokio::test]
async fn a_component_is_inspected() {
    let found = host().inspect(&guest("misbehaving")).await.unwrap();
    assert_eq!((found.kind, found.contract.as_str()), (PluginKind::Skill, CONTRACT));
    assert_eq!(found.description["name"], "misbehaving");
    assert_eq!(found.digest.len(), 64);
    assert!(found.imports.iter().any(|import| import == "sportello:plugin/vault@0.1.0"), "{:?}", found.imports);
    assert_eq!(found.exports, ["sportello:plugin/skill@0.1.0"]);
}

#[tokio::test]
async fn an_export_is_called_with_json() {
    let arguments = json!({"settings": {"misdeed": "senses"}, "turn": turn_as_json()});
    let secrets = Secrets::from_iter([("key".to_owned(), b"Jefe".to_vec())]);
    let answer = host().call_json(&guest("misbehaving"), "handle", arguments, secrets).await.unwrap();
    let said = answer["ok"]["effects"][0]["say"]["text"].as_str().unwrap();
    assert!(said.contains(&format!("now {NOW}")) && said.contains("matches true"), "{said}");
    assert_eq!(answer["ok"]["effects"][1], "finish");
}

#[tokio::test]
async fn a_model_is_trained_behind_a_question() {
    let arguments = json!({
        "settings": {}, "seed": 3, "text": "hello", "circumstances": {"language": "fr", "now": NOW},
        "corpus": {"examples": [{"text": "a", "intent": "i", "language": "de"}]}
    });
    let answer = host().call_json(&guest("counting"), "analyze", arguments, Secrets::default()).await.unwrap();
    assert_eq!((&answer["language"], &answer["intents"][0]["name"]), (&json!("fr"), &json!("a/3")));
}

#[tokio::test]
async fn a_wrong_call_is_told_what_there_is() {
    let (host, component) = (host(), guest("misbehaving"));
    let call = async |function: &str, arguments| {
        host.call_json(&component, function, arguments, Secrets::default()).await.unwrap_err().to_string()
    };
    assert_eq!(
        call("receive", json!({})).await,
        "receive: no such export; a skill plugin has describe, handle, migrate"
    );
    assert!(call("handle", json!({"settings": {}})).await.contains("missing field `turn`"));
}

#[tokio::test]
async fn a_case_is_held_against_the_answer() {
    let (host, component) = (host(), guest("misbehaving"));
    let mut case: Case = serde_json::from_value(json!({
        "function": "handle", "arguments": {"settings": {"misdeed": "none"}, "turn": turn_as_json()},
        "expect": {"ok": {"effects": [{"say": {"text": "behaved"}}, "finish"]}}
    }))
    .unwrap();
    assert_eq!(host.run_case(&component, &case).await.unwrap(), None);
    case.expect = json!({"ok": {"effects": [{"say": {"text": "misbehaved"}}, "finish"]}});
    let mismatch = host.run_case(&component, &case).await.unwrap().unwrap();
    assert_eq!(mismatch.to_string(), r#"ok.effects[0].say.text: expected "misbehaved", found "behaved""#);
}
