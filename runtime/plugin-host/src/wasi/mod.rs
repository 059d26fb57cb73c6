//! WASI in an inert form, so that ordinary toolchains work: output is the plugin's log, the clocks stand at the call's
//! time, randomness comes from its seed, and there are no files, no environment and no network.
//!
//! Only what the start-up and the standard libraries of toolchains call is here. The rest of the same interfaces traps
//! with its name, since a plugin that calls it would not get what it expects.

mod cli;
mod clocks;
mod filesystem;
mod io;
mod random;
mod resources;

use wasmtime::component::{Component, Linker, LinkerInstance};

use crate::state::CallState;

type Instance<'a> = LinkerInstance<'a, CallState>;

/// Links what the component imports of WASI, under the very versions that it names.
pub(crate) fn link(linker: &mut Linker<CallState>, component: &Component) -> wasmtime::Result<()> {
    let engine = component.engine();
    for (name, item) in component.component_type().imports(engine) {
        let (interface, _) = name.split_once('@').unwrap_or((name, ""));
        let Some(interface) = interface.strip_prefix("wasi:") else { continue };
        let mut instance = linker.instance(name)?;
        resources::define(engine, &mut instance, &item.ty)?;
        match interface {
            "cli/environment" => cli::environment(&mut instance)?,
            "cli/exit" => cli::exit(&mut instance)?,
            "cli/stdin" => cli::stdin(&mut instance)?,
            "cli/stdout" => cli::stdout(&mut instance)?,
            "cli/stderr" => cli::stderr(&mut instance)?,
            "cli/terminal-stdin" => cli::terminal_stdin(&mut instance)?,
            "cli/terminal-stdout" => cli::terminal(&mut instance, "get-terminal-stdout")?,
            "cli/terminal-stderr" => cli::terminal(&mut instance, "get-terminal-stderr")?,
            "clocks/monotonic-clock" => clocks::monotonic(&mut instance)?,
            "clocks/wall-clock" => clocks::wall(&mut instance)?,
            "filesystem/preopens" => filesystem::preopens(&mut instance)?,
            "io/poll" => io::poll(&mut instance)?,
            "io/streams" => io::streams(&mut instance)?,
            "random/random" => random::secure(&mut instance)?,
            "random/insecure" => random::insecure(&mut instance)?,
            "random/insecure-seed" => random::insecure_seed(&mut instance)?,
            _ => {}
        }
    }
    linker.define_unknown_imports_as_traps(component)
}
