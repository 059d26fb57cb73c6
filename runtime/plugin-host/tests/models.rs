//! Models of language understanding are loaded once and stay warm; an instance that misbehaved is replaced.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{call, config, host, load, load_with};
use serde_json::json;
use sportello_domain::{
    contract::{Analysis, Circumstances, Corpus, Example},
    revision::{Grants, RevisionId},
};
use sportello_engine::ports::{Limit, PluginError, Plugins};
use sportello_plugin_host::{HostError, PluginHost};
use std::time::Duration;

async fn counting(host: &PluginHost) -> RevisionId {
    load(host, "counting", json!({})).await
}

async fn ask(host: &PluginHost, revision: &RevisionId, text: &str) -> Result<Analysis, PluginError> {
    Ok(host.analyze(call(revision), text, &Circumstances::default()).await?.value)
}

/// Name of the model and how often its instance was asked.
async fn asked(host: &PluginHost, revision: &RevisionId) -> (String, f32) {
    let analysis = ask(host, revision, "hello").await.unwrap();
    (analysis.intents[0].name.clone(), analysis.out_of_scope)
}

fn corpus(text: &str) -> Corpus {
    let example = Example { text: text.to_owned(), intent: "i".to_owned(), language: "de".to_owned() };
    Corpus { examples: vec![example], ..Corpus::default() }
}

#[tokio::test]
async fn a_trained_model_is_loaded_once_and_asked_many_times() {
    let host = host();
    let revision = counting(&host).await;
    let model = host.train(&revision, &corpus("a"), 5).await.unwrap().unwrap();
    host.load_model(&revision, model).await.unwrap();
    assert_eq!(asked(&host, &revision).await, ("a/5".to_owned(), 1.0));
    assert_eq!(asked(&host, &revision).await, ("a/5".to_owned(), 2.0));
}

#[tokio::test]
async fn training_has_its_own_limits_also_where_instances_may_be_kept() {
    let mut config = config();
    config.limits.memory = 8 << 20;
    let host = PluginHost::new(config).unwrap();
    let grants = Grants { warm: true, ..Grants::default() };
    let revision = load_with(&host, "counting", json!({}), grants).await;
    host.describe_nlu(&revision).await.unwrap();
    let large = corpus(&"a".repeat(12 << 20));
    let model = host.train(&revision, &large, 5).await.unwrap().unwrap();
    assert!(model.len() > 12 << 20);
}

#[tokio::test]
async fn what_is_wrong_with_a_corpus_is_an_answer() {
    let host = host();
    let revision = counting(&host).await;
    let problems = host.train(&revision, &Corpus::default(), 5).await.unwrap().unwrap_err();
    assert_eq!(problems[0].reason, "there is no example");
}

#[tokio::test]
async fn an_instance_that_trapped_is_replaced() {
    let host = host();
    let revision = counting(&host).await;
    host.load_model(&revision, b"m".to_vec()).await.unwrap();
    assert_eq!(asked(&host, &revision).await.1, 1.0);
    let error = ask(&host, &revision, "trap").await.unwrap_err();
    assert!(matches!(error, PluginError::Trap { function: "analyze", .. }), "{error}");
    assert_eq!(asked(&host, &revision).await, ("m".to_owned(), 1.0));
}

#[tokio::test]
async fn an_instance_that_reached_a_limit_is_replaced() {
    let mut config = config();
    config.limits.cpu = Duration::from_millis(100);
    let host = PluginHost::new(config).unwrap();
    let revision = counting(&host).await;
    host.load_model(&revision, b"m".to_vec()).await.unwrap();
    assert_eq!(asked(&host, &revision).await.1, 1.0);
    let error = ask(&host, &revision, "loop").await.unwrap_err();
    assert!(matches!(error, PluginError::Limit { limit: Limit::Cpu, .. }), "{error}");
    assert_eq!(asked(&host, &revision).await.1, 1.0);
}

#[tokio::test]
async fn another_model_takes_the_place_of_the_first() {
    let host = host();
    let revision = counting(&host).await;
    host.load_model(&revision, b"first".to_vec()).await.unwrap();
    assert_eq!(asked(&host, &revision).await.0, "first");
    host.load_model(&revision, b"second".to_vec()).await.unwrap();
    assert_eq!(asked(&host, &revision).await, ("second".to_owned(), 1.0));
}

#[tokio::test]
async fn a_model_that_the_plugin_refuses_leaves_the_one_before_in_place() {
    let host = host();
    let revision = counting(&host).await;
    host.load_model(&revision, b"good".to_vec()).await.unwrap();
    let error = host.load_model(&revision, b"broken".to_vec()).await.unwrap_err();
    assert!(
        matches!(&error, HostError::Model { reason, .. } if reason == "these bytes are no model of mine"),
        "{error}"
    );
    assert_eq!(asked(&host, &revision).await.0, "good");
}

#[tokio::test]
async fn there_are_as_many_warm_instances_as_configured() {
    let host = host();
    let revision = counting(&host).await;
    host.load_model(&revision, b"m".to_vec()).await.unwrap();
    let circumstances = Circumstances::default();
    let calls = (0..40).map(|_| host.analyze(call(&revision), "hello", &circumstances));
    let answers = futures::future::join_all(calls).await;
    let most = answers.into_iter().map(|answer| answer.unwrap().value.out_of_scope).fold(0.0, f32::max);
    // Forty questions to at most two instances: one of them was asked twenty times or more.
    assert!(most >= 20.0, "{most}");
}

#[tokio::test]
async fn without_a_model_it_is_said_what_is_missing() {
    let host = host();
    let revision = counting(&host).await;
    let error = ask(&host, &revision, "hello").await.unwrap_err();
    assert!(error.to_string().contains("no model yet"), "{error}");
}
