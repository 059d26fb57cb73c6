//! `wasi:filesystem`: there are no files.

use wasmtime::{StoreContextMut, component::Resource};

use super::{Instance, resources::Descriptor};
use crate::state::CallState;

pub(super) fn preopens(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("get-directories", |_: StoreContextMut<'_, CallState>, (): ()| {
        Ok((Vec::<(Resource<Descriptor>, String)>::new(),))
    })
}
