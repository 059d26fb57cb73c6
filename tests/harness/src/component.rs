//! Plugins as they were built, and as other components that do the same.

use std::path::PathBuf;

use anyhow::Context as _;

use crate::root;

/// The id of custom sections in a component (WebAssembly specification, "Binary Format", 5.5.3).
const CUSTOM: u8 = 0;

/// A plugin, or a misbehaving one of the tests, as it was built.
///
/// # Errors
/// It was not.
pub fn component(plugin: &str) -> anyhow::Result<Vec<u8>> {
    let folders = ["target/dist/plugins", "target/guests"].map(|folder| root().join(folder));
    let file = folders.map(|folder| folder.join(plugin).with_extension("wasm")).into_iter().find(|file| file.is_file());
    let file: PathBuf = file.with_context(|| format!("no plugin {plugin}: `cargo xtask plugins` builds it"))?;
    std::fs::read(&file).with_context(|| file.display().to_string())
}

/// The same with another digest: to whoever changes plugins it is a new one.
///
/// # Errors
/// As [`component`].
pub fn another(plugin: &str, number: u64) -> anyhow::Result<Vec<u8>> {
    let mut component = component(plugin)?;
    let content = [&[4][..], b"swap", number.to_string().as_bytes()].concat();
    component.extend([CUSTOM, u8::try_from(content.len())?]);
    component.extend(content);
    Ok(component)
}
