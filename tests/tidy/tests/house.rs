//! The rules of the house hold in this repository.

use std::path::Path;

use sportello_tidy::{Exceptions, Tree, rules};

#[test]
fn the_rules_of_the_house_hold() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let tree = Tree::read(root).unwrap();
    assert!(tree.has("Cargo.toml"), "{} is not the root of the repository", root.display());
    let exceptions = Exceptions::parse(include_str!("../exceptions.toml")).unwrap();
    let findings: Vec<String> = rules::all(&tree, &exceptions).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} places break a rule of the house:\n{}", findings.len(), findings.join("\n"));
}
