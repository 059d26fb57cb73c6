//! `wasi:io`: output goes to the log, input is at its end, and waiting is over at once.

use wasmtime::{
    StoreContextMut,
    component::{ComponentType, Lift, Lower, Resource},
};

use super::{
    Instance,
    resources::{Error, InputStream, OutputStream, Pollable},
};
use crate::state::CallState;

/// Bytes that are taken in one go; the guest asks again for the rest.
const PORTION: u64 = 1 << 20;

#[derive(ComponentType, Lift, Lower)]
#[component(variant)]
enum StreamError {
    #[component(name = "last-operation-failed")]
    #[allow(dead_code, reason = "part of the interface; writing to the log does not fail")]
    LastOperationFailed(Resource<Error>),
    #[component(name = "closed")]
    Closed,
}

type Context<'a> = StoreContextMut<'a, CallState>;
type Streamed<T> = wasmtime::Result<(Result<T, StreamError>,)>;

pub(super) fn poll(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("[method]pollable.ready", |mut context: Context<'_>, (_,): (Resource<Pollable>,)| {
        pay(&mut context, 0)?;
        Ok((true,))
    })?;
    instance.func_wrap("[method]pollable.block", |mut context: Context<'_>, (_,): (Resource<Pollable>,)| {
        pay(&mut context, 0)
    })?;
    instance.func_wrap("poll", |mut context: Context<'_>, (pollables,): (Vec<Resource<Pollable>>,)| {
        pay(&mut context, pollables.len())?;
        Ok(((0..).take(pollables.len()).collect::<Vec<u32>>(),))
    })
}

pub(super) fn streams(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    input(instance)?;
    output(instance)
}

fn input(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    for read in ["[method]input-stream.read", "[method]input-stream.blocking-read"] {
        instance.func_wrap(read, |mut context: Context<'_>, _: (Resource<InputStream>, u64)| -> Streamed<Vec<u8>> {
            pay(&mut context, 0)?;
            Ok((Err(StreamError::Closed),))
        })?;
    }
    for skip in ["[method]input-stream.skip", "[method]input-stream.blocking-skip"] {
        instance.func_wrap(skip, |mut context: Context<'_>, _: (Resource<InputStream>, u64)| -> Streamed<u64> {
            pay(&mut context, 0)?;
            Ok((Err(StreamError::Closed),))
        })?;
    }
    instance.func_wrap("[method]input-stream.subscribe", |mut context: Context<'_>, _: (Resource<InputStream>,)| {
        pay(&mut context, 0)?;
        Ok((Resource::<Pollable>::new_own(0),))
    })
}

fn output(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap(
        "[method]output-stream.check-write",
        |mut context: Context<'_>, _: (Resource<OutputStream>,)| -> Streamed<u64> {
            pay(&mut context, 0)?;
            Ok((Ok(PORTION),))
        },
    )?;
    for write in ["[method]output-stream.write", "[method]output-stream.blocking-write-and-flush"] {
        instance.func_wrap(
            write,
            |mut context: Context<'_>, (_, bytes): (Resource<OutputStream>, Vec<u8>)| -> Streamed<()> {
                pay(&mut context, bytes.len())?;
                let state = context.data_mut();
                state.budget.log(bytes.len())?;
                state.log.write(&bytes);
                Ok((Ok(()),))
            },
        )?;
    }
    for flush in ["[method]output-stream.flush", "[method]output-stream.blocking-flush"] {
        instance.func_wrap(flush, |mut context: Context<'_>, _: (Resource<OutputStream>,)| -> Streamed<()> {
            pay(&mut context, 0)?;
            Ok((Ok(()),))
        })?;
    }
    instance.func_wrap("[method]output-stream.subscribe", |mut context: Context<'_>, _: (Resource<OutputStream>,)| {
        pay(&mut context, 0)?;
        Ok((Resource::<Pollable>::new_own(0),))
    })
}

fn pay(context: &mut Context<'_>, bytes: usize) -> wasmtime::Result<()> {
    Ok(context.data_mut().budget.pay(bytes)?)
}
