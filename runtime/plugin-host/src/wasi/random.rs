//! `wasi:random`: it follows from the call's seed.

use sportello_engine::ports::Limit;
use wasmtime::StoreContextMut;

use super::Instance;
use crate::{budget::Reached, state::CallState};

type Context<'a> = StoreContextMut<'a, CallState>;

/// Nothing secret hangs on it: secrets stay with the host.
pub(super) fn secure(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    source(instance, "get-random-bytes", "get-random-u64")
}

pub(super) fn insecure(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    source(instance, "get-insecure-random-bytes", "get-insecure-random-u64")
}

pub(super) fn insecure_seed(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("insecure-seed", |mut context: Context<'_>, (): ()| {
        let random = &mut context.data_mut().random;
        Ok(((random.word(), random.word()),))
    })
}

fn source(instance: &mut Instance<'_>, bytes: &str, word: &str) -> wasmtime::Result<()> {
    instance.func_wrap(bytes, |mut context: Context<'_>, (length,): (u64,)| {
        let state = context.data_mut();
        let length = usize::try_from(length).map_err(|_| Reached(Limit::HostCalls))?;
        // Paid for before it is made.
        state.budget.pay(length)?;
        Ok((state.random.bytes(length),))
    })?;
    instance.func_wrap(word, |mut context: Context<'_>, (): ()| {
        let state = context.data_mut();
        state.budget.pay(0)?;
        Ok((state.random.word(),))
    })
}
