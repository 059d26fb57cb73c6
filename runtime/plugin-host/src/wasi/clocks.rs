//! `wasi:clocks`: they stand at the time of the call, and every wait is over at once.

use wasmtime::{
    StoreContextMut,
    component::{ComponentType, Lift, Lower, Resource},
};

use super::{Instance, resources::Pollable};
use crate::state::CallState;

type Context<'a> = StoreContextMut<'a, CallState>;

#[derive(ComponentType, Lift, Lower, Clone, Copy)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

pub(super) fn wall(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("now", |context: Context<'_>, (): ()| {
        let now = context.data().now;
        // Below a thousand, so the product is below 10⁹.
        let nanoseconds = (now % 1000) as u32 * 1_000_000;
        Ok((Datetime { seconds: now / 1000, nanoseconds },))
    })?;
    let resolution = Datetime { seconds: 0, nanoseconds: 1_000_000 };
    instance.func_wrap("resolution", move |_: Context<'_>, (): ()| Ok((resolution,)))
}

pub(super) fn monotonic(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("now", |context: Context<'_>, (): ()| Ok((context.data().now.saturating_mul(1_000_000),)))?;
    instance.func_wrap("resolution", |_: Context<'_>, (): ()| Ok((1_000_000_u64,)))?;
    for wait in ["subscribe-instant", "subscribe-duration"] {
        instance.func_wrap(wait, |mut context: Context<'_>, (_,): (u64,)| {
            context.data_mut().budget.pay(0)?;
            Ok((Resource::<Pollable>::new_own(0),))
        })?;
    }
    Ok(())
}
