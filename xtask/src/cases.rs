//! Puts the cases of a plugin into its component, so that they travel with it.

use std::path::Path;

use anyhow::Context as _;

use crate::project;

/// Leaves the component at `to`, with the cases of the folder, or as it is where there is no such folder.
pub(crate) fn place_with(component: &Path, folder: &Path, to: &Path) -> anyhow::Result<()> {
    if !folder.is_dir() {
        return project::place(component, to);
    }
    let bytes = std::fs::read(component).with_context(|| format!("reading {}", component.display()))?;
    let cases = sportello_cases::read_folder(folder)?;
    let bytes = sportello_cases::write(&bytes, &cases).with_context(|| component.display().to_string())?;
    let beside = component.with_extension("with-cases");
    std::fs::write(&beside, bytes).with_context(|| format!("writing {}", beside.display()))?;
    project::place(&beside, to)
}
