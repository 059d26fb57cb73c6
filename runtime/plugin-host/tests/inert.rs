//! What a plugin can see of the world: what the call says, and nothing of the machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use common::{NOW, call, handle, host, misdeed, said, turn};
use sportello_domain::{
    contract::{Bytes, VaultAnswer, VaultQuestion},
    ids::ConversationId,
};
use sportello_engine::ports::{Call, Plugins};
use sportello_plugin_host::PluginHost;

async fn report(host: &PluginHost, call: Call<'_>) -> (String, Vec<(VaultQuestion, VaultAnswer)>) {
    let returned = host.handle(call, &mut turn()).await.unwrap();
    (said(returned.value), returned.vault)
}

fn line<'a>(report: &'a str, name: &str) -> &'a str {
    report.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {report}")).trim()
}

#[tokio::test]
async fn clocks_stand_at_the_time_of_the_call_and_sleep_is_over_at_once() {
    let host = host();
    let revision = misdeed(&host, "senses").await;
    let (report, _) = report(&host, call(&revision)).await;
    assert_eq!(line(&report, "now"), NOW.to_string());
    assert_eq!(line(&report, "slept"), "0");
}

#[tokio::test]
async fn randomness_follows_from_the_seed() {
    let host = host();
    let revision = misdeed(&host, "senses").await;
    let mut chances = Vec::new();
    for seed in [7, 7, 8] {
        let (report, _) = report(&host, Call { seed, ..call(&revision) }).await;
        chances.push(line(&report, "chance").to_owned());
    }
    assert_eq!(chances[0], chances[1]);
    assert_ne!(chances[0], chances[2]);
}

#[tokio::test]
async fn there_are_no_files_no_environment_and_no_input() {
    let host = host();
    let revision = misdeed(&host, "senses").await;
    let (report, _) = report(&host, call(&revision)).await;
    for (name, nothing) in [("variables", "0"), ("arguments", "0"), ("no files", ""), ("input", "0")] {
        assert_eq!(line(&report, name), nothing, "{report}");
    }
}

#[tokio::test]
async fn the_vault_answers_and_its_answers_come_back_for_the_journal() {
    let host = host();
    let revision = misdeed(&host, "senses").await;
    let (report, asked) = report(&host, call(&revision)).await;
    assert!(line(&report, "signature").starts_with("Some([91, 220, 193, 70,"), "{report}");
    assert_eq!(line(&report, "matches"), "true");
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].1, VaultAnswer::Matches(true));
}

#[tokio::test]
async fn recorded_answers_of_the_vault_are_given_again() {
    let host = host();
    let revision = misdeed(&host, "senses").await;
    let (_, mut recorded) = report(&host, call(&revision)).await;
    recorded[0].1 = VaultAnswer::Digest(Some(Bytes(vec![1, 2, 3])));
    let (report, asked) = report(&host, Call { recorded: &recorded, ..call(&revision) }).await;
    assert_eq!(line(&report, "signature"), "Some([1, 2, 3])");
    assert_eq!(asked, recorded);
}

/// Log lines as text.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_a_plugin_writes_is_logged_with_whose_it_is() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let host = host();
    let revision = misdeed(&host, "trap").await;
    let conversation = ConversationId::new(NOW, 7);
    let call = Call { conversation: Some(conversation), ..call(&revision) };
    host.handle(call, &mut turn()).await.unwrap_err();
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let logged = text.lines().find(|line| line.contains(" plugin: this plugin panics on command"));
    let logged = logged.unwrap_or_else(|| panic!("not logged: {text}"));
    for part in [revision.0.as_str(), &conversation.to_string(), "misbehaving", "handle"] {
        assert!(logged.contains(part), "no {part} in {logged}");
    }
}

#[tokio::test]
async fn each_call_gets_an_instance_of_its_own() {
    let host = host();
    let revision = misdeed(&host, "senses").await;
    let first = said(handle(&host, &revision).await.unwrap().value);
    assert_eq!(said(handle(&host, &revision).await.unwrap().value), first);
}
