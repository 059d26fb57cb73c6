//! `wasi:cli`: no arguments, no environment, no input; output is the log, and to exit is to trap.

use wasmtime::{StoreContextMut, bail, component::Resource};

use super::{
    Instance,
    resources::{InputStream, OutputStream, TerminalInput, TerminalOutput},
};
use crate::state::CallState;

type Context<'a> = StoreContextMut<'a, CallState>;

pub(super) fn environment(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("get-environment", |_: Context<'_>, (): ()| Ok((Vec::<(String, String)>::new(),)))?;
    instance.func_wrap("get-arguments", |_: Context<'_>, (): ()| Ok((Vec::<String>::new(),)))?;
    instance.func_wrap("initial-cwd", |_: Context<'_>, (): ()| Ok((None::<String>,)))
}

pub(super) fn exit(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("exit", |_: Context<'_>, (status,): (Result<(), ()>,)| -> wasmtime::Result<()> {
        let how = if status.is_ok() { "with success" } else { "with a failure" };
        bail!("the plugin called exit {how}: a plugin returns a value, or fails")
    })
}

pub(super) fn stdin(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("get-stdin", |mut context: Context<'_>, (): ()| {
        context.data_mut().budget.pay(0)?;
        Ok((Resource::<InputStream>::new_own(0),))
    })
}

pub(super) fn stdout(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    stream(instance, "get-stdout")
}

pub(super) fn stderr(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    stream(instance, "get-stderr")
}

fn stream(instance: &mut Instance<'_>, name: &str) -> wasmtime::Result<()> {
    instance.func_wrap(name, |mut context: Context<'_>, (): ()| {
        context.data_mut().budget.pay(0)?;
        Ok((Resource::<OutputStream>::new_own(0),))
    })
}

pub(super) fn terminal_stdin(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("get-terminal-stdin", |_: Context<'_>, (): ()| Ok((None::<Resource<TerminalInput>>,)))
}

pub(super) fn terminal(instance: &mut Instance<'_>, name: &str) -> wasmtime::Result<()> {
    instance.func_wrap(name, |_: Context<'_>, (): ()| Ok((None::<Resource<TerminalOutput>>,)))
}
