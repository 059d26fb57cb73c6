//! `sportello compile`: the limited process that the plugin host starts for each new plugin.

use std::path::Path;
use std::process::ExitCode;

/// The reason of a failure goes to standard error, where the host reads it.
pub(super) fn run(input: &Path, output: &Path) -> anyhow::Result<ExitCode> {
    sportello_plugin_host::compile_command(input, output)?;
    Ok(ExitCode::SUCCESS)
}
