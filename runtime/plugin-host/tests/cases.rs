//! Every plugin of the repository passes the cases that it brings along.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use std::path::{Path, PathBuf};

use common::host;
use sportello_plugin_host::{Case, PluginHost};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// What is wrong with a case, none if nothing.
async fn finding(host: &PluginHost, component: &[u8], case: &Path) -> Option<String> {
    let text = std::fs::read_to_string(case).unwrap();
    let found = match serde_json::from_str::<Case>(&text) {
        Ok(case) => match host.run_case(component, &case).await {
            Ok(mismatch) => mismatch?.to_string(),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    Some(format!("{}: {found}", case.strip_prefix(root()).unwrap_or(case).display()))
}

#[tokio::test]
async fn every_plugin_passes_its_cases() {
    let host = host();
    let mut findings = Vec::new();
    for plugin in entries(&root().join("plugins")).iter().filter(|folder| folder.join("cases").is_dir()) {
        let file = root().join("target/dist/plugins").join(plugin.file_name().unwrap()).with_extension("wasm");
        let component = std::fs::read(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask plugins` first", file.display()));
        for case in entries(&plugin.join("cases")) {
            findings.extend(finding(&host, &component, &case).await);
        }
    }
    assert!(findings.is_empty(), "{} cases failed:\n{}", findings.len(), findings.join("\n"));
}
