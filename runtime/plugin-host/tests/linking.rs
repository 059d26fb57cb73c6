//! A component that is not a plugin of this contract is refused with words that say what to do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{guest, host};
use sportello_domain::{
    revision::{Grants, PluginKind, Revision},
    secrets::Secrets,
};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

const WIT: [&str; 5] = [
    include_str!("../../../wit/types.wit"),
    include_str!("../../../wit/vault.wit"),
    include_str!("../../../wit/nlu.wit"),
    include_str!("../../../wit/channel.wit"),
    include_str!("../../../wit/skill.wit"),
];

/// A component of the skill world, whose functions do nothing, of a contract that was changed like this.
fn component(change: impl Fn(String) -> String) -> Vec<u8> {
    let header = "package sportello:plugin@0.1.0;";
    let text: String = WIT.iter().map(|file| file.replace(header, "")).collect();
    let text = change(format!("{header}\n{text}"));
    let mut resolve = Resolve::default();
    let package = resolve.push_str("contract.wit", &text).unwrap();
    let world = resolve.select_world(&[package], Some("skill-plugin")).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().encode().unwrap()
}

async fn refusal(component: &[u8]) -> String {
    host().inspect(component).await.unwrap_err().to_string()
}

#[tokio::test]
async fn another_version_is_refused_with_both_versions() {
    let newer = component(|text| text.replace("@0.1.0", "@0.2.0"));
    assert_eq!(
        refusal(&newer).await,
        "the component has sportello:plugin/skill@0.2.0, and this host knows sportello:plugin/skill@0.1.0: rebuild the \
         plugin against version 0.1.0 of the contract, or update the host"
    );
}

#[tokio::test]
async fn another_shape_under_the_same_version_is_refused_with_the_item() {
    let other = component(|text| text.replace("record memory { version: u32,", "record memory { version: u64,"));
    let refusal = refusal(&other).await;
    assert!(refusal.starts_with("the component does not fit sportello:plugin/skill@0.1.0: "), "{refusal}");
    assert!(refusal.contains("version"), "{refusal}");
}

#[tokio::test]
async fn an_import_that_no_plugin_gets_is_refused_by_name() {
    let wanting = component(|text| {
        let world = "world skill-plugin {\n  import database: interface { rows: func() -> u32; }";
        text.replace("world skill-plugin {", world)
    });
    let refusal = refusal(&wanting).await;
    assert!(refusal.starts_with("the component imports database, which no plugin gets"), "{refusal}");
}

#[tokio::test]
async fn what_is_no_component_is_refused() {
    let refusal = refusal(b"hello").await;
    assert!(refusal.starts_with("the plugin cannot be compiled: "), "{refusal}");
}

#[tokio::test]
async fn a_revision_of_another_component_is_refused() {
    let revision =
        Revision::new("a", "misbehaving", PluginKind::Skill, "0000", "0.1.0", "{}".to_owned(), Grants::default());
    let error = host().load(&revision, &guest("misbehaving"), Secrets::default()).await.unwrap_err().to_string();
    assert!(error.contains("its digest is 0000, but the component's is "), "{error}");
}
