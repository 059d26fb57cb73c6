//! The components that are called.

use anyhow::Context as _;

use super::calls::Language;

/// A built plugin.
pub(crate) fn component(name: &str) -> anyhow::Result<Vec<u8>> {
    let path = format!("target/dist/plugins/{name}.wasm");
    std::fs::read(&path).with_context(|| format!("{path}: `cargo xtask plugins` builds it"))
}

/// The skill in all languages; those of other languages than ours only where `cargo xtask bench sandbox` has built them.
pub(super) fn skills() -> anyhow::Result<Vec<(Language, Vec<u8>)>> {
    let mut skills = vec![(Language::Rust, component("faq")?)];
    for (language, name) in [(Language::JavaScript, "faq-javascript"), (Language::Python, "faq-python")] {
        if let Ok(component) = std::fs::read(format!("target/bench/guests/{name}.wasm")) {
            skills.push((language, component));
        }
    }
    Ok(skills)
}
