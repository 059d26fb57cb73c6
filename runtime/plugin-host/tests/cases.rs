//! Every plugin of the repository passes the cases that it carries.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod common;

use std::path::{Path, PathBuf};

use common::host;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// The names of the cases in a folder.
fn names(folder: &Path) -> Vec<String> {
    let names = entries(folder).into_iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn every_plugin_carries_its_cases_and_passes_them() {
    let host = host();
    let mut failed = Vec::new();
    for plugin in entries(&root().join("plugins")).iter().filter(|folder| folder.join("cases").is_dir()) {
        let file = root().join("target/dist/plugins").join(plugin.file_name().unwrap()).with_extension("wasm");
        let component = std::fs::read(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask plugins` first", file.display()));
        let results = host.self_test(&component).await.unwrap();
        let carried: Vec<&str> = results.iter().map(|result| result.name.as_str()).collect();
        assert_eq!(carried, names(&plugin.join("cases")), "{}; run `cargo xtask plugins`", file.display());
        let plugin = plugin.file_name().unwrap().display();
        failed.extend(results.iter().filter(|result| !result.passed()).map(|result| format!("{plugin}/{result}")));
    }
    assert!(failed.is_empty(), "{} cases failed:\n{}", failed.len(), failed.join("\n"));
}
