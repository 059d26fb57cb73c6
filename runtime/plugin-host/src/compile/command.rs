//! The other side of the compiling process: what the hidden command `compile` runs.

use std::path::Path;

use crate::{error::HostError, machine};

/// Compiles the component in `input` and writes machine code to `output`.
///
/// Lowers the limits of the process that calls it to what compiling may take, for good: it is meant for a process that
/// does nothing else.
///
/// # Errors
/// [`HostError::Compile`] with the reason, for the standard error of the process.
pub fn compile_command(input: &Path, output: &Path) -> Result<(), HostError> {
    limit_this_process().map_err(|error| HostError::Engine(format!("the process cannot be limited: {error}")))?;
    let failed = |path: &Path, error: std::io::Error| HostError::Compile(format!("{}: {error}", path.display()));
    let component = std::fs::read(input).map_err(|error| failed(input, error))?;
    let code = compile(&component)?;
    std::fs::write(output, code).map_err(|error| failed(output, error))
}

/// Compiles a component in this process.
pub(super) fn compile(component: &[u8]) -> Result<Vec<u8>, HostError> {
    let engine = machine::compiler()?;
    engine.precompile_component(component).map_err(|error| HostError::Compile(format!("{error:#}")))
}

#[cfg(unix)]
fn limit_this_process() -> rustix::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    /// Bytes of address space, of which compiling a large component takes a part.
    const SPACE: u64 = 8 << 30;
    /// Seconds on processors, all threads together.
    const CPU: u64 = 600;
    /// Bytes of a file that it writes.
    const FILE: u64 = 1 << 30;

    /// How much everybody else goes before it.
    const NICE: i32 = 10;

    // Both are courtesies to whoever runs beside it: what is refused here is no reason not to compile.
    let _ = rustix::process::nice(NICE);
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    for (resource, most) in [(Resource::As, SPACE), (Resource::Cpu, CPU), (Resource::Fsize, FILE), (Resource::Core, 0)]
    {
        // Never above what the process was given.
        let most = getrlimit(resource).maximum.map_or(most, |given| given.min(most));
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn limit_this_process() -> std::io::Result<()> {
    Ok(())
}
