//! The resources of WASI. Each is defined in every interface that shows it, since an interface that uses one shows it again.

use wasmtime::{
    Engine,
    component::{ResourceType, types::ComponentItem},
};

use super::Instance;

/// Where output goes needs no table: the standard streams are all there is, and both are the log.
pub(super) struct OutputStream;
/// Always at its end.
pub(super) struct InputStream;
/// Always ready.
pub(super) struct Pollable;
/// Never made.
pub(super) struct Error;
/// Never made: there are no files.
pub(super) struct Descriptor;
/// Never made: there are no terminals.
pub(super) struct TerminalInput;
/// Never made: there are no terminals.
pub(super) struct TerminalOutput;
/// Of functions that trap, so never made.
struct Unknown;

/// Defines the resources that an interface shows.
pub(super) fn define(engine: &Engine, instance: &mut Instance<'_>, interface: &ComponentItem) -> wasmtime::Result<()> {
    let ComponentItem::ComponentInstance(interface) = interface else { return Ok(()) };
    for (name, item) in interface.exports(engine) {
        if matches!(item.ty, ComponentItem::Resource(_)) {
            instance.resource(name, by_name(name), |_, _| Ok(()))?;
        }
    }
    Ok(())
}

/// No two interfaces that plugins may import give the same name to different resources.
fn by_name(name: &str) -> ResourceType {
    match name {
        "output-stream" => ResourceType::host::<OutputStream>(),
        "input-stream" => ResourceType::host::<InputStream>(),
        "pollable" => ResourceType::host::<Pollable>(),
        "error" => ResourceType::host::<Error>(),
        "descriptor" => ResourceType::host::<Descriptor>(),
        "terminal-input" => ResourceType::host::<TerminalInput>(),
        "terminal-output" => ResourceType::host::<TerminalOutput>(),
        _ => ResourceType::host::<Unknown>(),
    }
}
