//! A plugin explains itself and brings the cases that it is tried on before it goes live.

use std::collections::BTreeSet;

use crate::{Finding, Tree};

/// Plugins without a README or without a case.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let names: BTreeSet<&str> = tree.files().filter_map(|file| manifest_of(&file.path)).collect();
    names.into_iter().flat_map(|name| missing(tree, name)).collect()
}

fn manifest_of(path: &str) -> Option<&str> {
    path.strip_prefix("plugins/")?.strip_suffix("/Cargo.toml")
}

fn missing(tree: &Tree, name: &str) -> Vec<Finding> {
    let manifest = format!("plugins/{name}/Cargo.toml");
    let cases = format!("plugins/{name}/cases/");
    let mut findings = Vec::new();
    if !tree.has(&format!("plugins/{name}/README.md")) {
        findings.push(Finding::new(
            &manifest,
            1,
            "write a README.md: what it does, its settings, its secrets, its hosts",
        ));
    }
    if !tree.files().any(|file| file.path.starts_with(&cases) && file.path.ends_with(".json")) {
        findings.push(Finding::new(&manifest, 1, "add cases/*.json: calls with the answers that are expected"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_needs_a_readme_and_a_case() {
        let bare = Tree::from([("plugins/a/Cargo.toml", ""), ("plugins/a/cases/notes.md", "")]);
        assert_eq!(check(&bare).len(), 2);
        let whole =
            Tree::from([("plugins/a/Cargo.toml", ""), ("plugins/a/README.md", ""), ("plugins/a/cases/text.json", "")]);
        assert!(check(&whole).is_empty());
    }
}
