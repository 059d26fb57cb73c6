//! `sportello plugin pack`: puts the cases of a plugin into its component, whatever language it was written in.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::print;

/// Writes the component with the cases of the folder, in its own place where no other is named.
pub(super) fn run(file: &Path, folder: &Path, to: Option<&Path>) -> anyhow::Result<ExitCode> {
    let component = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let cases = sportello_cases::read_folder(folder)?;
    anyhow::ensure!(!cases.is_empty(), "there are no cases: {} holds no file that ends in .json", folder.display());
    let packed = sportello_cases::write(&component, &cases).with_context(|| file.display().to_string())?;
    let to = to.unwrap_or(file);
    std::fs::write(to, packed).with_context(|| format!("writing {}", to.display()))?;
    print::out(&format!("{} carries {} cases", to.display(), cases.len()))?;
    Ok(ExitCode::SUCCESS)
}
