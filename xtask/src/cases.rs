//! Puts the cases of a plugin into its component, so that they travel with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use crate::project;

/// Leaves the component at `to`, with the cases of the folder, or as it is where there is no such folder.
pub(crate) fn place_with(component: &Path, folder: &Path, to: &Path) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return project::place(component, to);
    }
    let bytes = std::fs::read(component).with_context(|| format!("reading {}", component.display()))?;
    let bytes = sportello_cases::write(&bytes, &read(folder)?).with_context(|| component.display().to_string())?;
    let beside = component.with_extension("with-cases");
    std::fs::write(&beside, bytes).with_context(|| format!("writing {}", beside.display()))?;
    project::place(&beside, to)
}

/// By the name of the file, without its ending.
fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, Value>> {
    let reading = || format!("reading the cases in {}", folder.display());
    let mut cases = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(reading)? {
        let path: PathBuf = entry.with_context(reading)?.path();
        if path.extension().is_some_and(|ending| ending == "json") {
            let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let case = serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))?;
            cases.insert(path.file_stem().unwrap_or_default().to_string_lossy().into_owned(), case);
        }
    }
    Ok(cases)
}
