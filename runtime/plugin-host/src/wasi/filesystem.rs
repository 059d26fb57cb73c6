//! `wasi:filesystem`: there are no files.

use wasmtime::{
    StoreContextMut,
    component::{Resource, ResourceType},
};

use super::Instance;
use crate::state::CallState;

/// Never made.
struct Descriptor;
/// Never made.
struct DirectoryEntryStream;

pub(super) fn preopens(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.func_wrap("get-directories", |_: StoreContextMut<'_, CallState>, (): ()| {
        Ok((Vec::<(Resource<Descriptor>, String)>::new(),))
    })
}

pub(super) fn types(instance: &mut Instance<'_>) -> wasmtime::Result<()> {
    instance.resource("descriptor", ResourceType::host::<Descriptor>(), |_, _| Ok(()))?;
    instance.resource("directory-entry-stream", ResourceType::host::<DirectoryEntryStream>(), |_, _| Ok(()))
}
