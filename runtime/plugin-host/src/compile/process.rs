//! Starts the compiling process, and ends it when it takes too long.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::process::Command;

use crate::error::HostError;

/// How long compiling may take on the wall.
const PATIENCE: Duration = Duration::from_secs(600);
/// Bytes of its complaint that are shown.
const COMPLAINT: usize = 4096;

/// Compiles `input` into `output` by `exe compile --input FILE --output FILE`, which gets no environment.
pub(super) async fn compile(exe: &Path, input: &Path, output: &Path) -> Result<(), HostError> {
    let mut command = Command::new(exe);
    command.arg("compile").arg("--input").arg(input).arg("--output").arg(output);
    command.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let failed = |error: std::io::Error| HostError::Compile(format!("{} cannot be run: {error}", exe.display()));
    let process = command.spawn().map_err(failed)?;
    // Dropped when the time is over, and killed by that.
    let Ok(ended) = tokio::time::timeout(PATIENCE, process.wait_with_output()).await else {
        return Err(HostError::Compile(format!("it took longer than {} s", PATIENCE.as_secs())));
    };
    let ended = ended.map_err(failed)?;
    if ended.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&ended.stderr[..ended.stderr.len().min(COMPLAINT)]).trim().to_owned();
    Err(HostError::Compile(format!("the compiling process ended with {}: {complaint}", ended.status)))
}
