//! Everything that is generated from `wit/`, and nothing else.
//!
//! What the worlds have in common is generated once, so that its conversions are written once. No generated type leaves
//! this crate: see `convert`.

#![allow(missing_docs, clippy::all, clippy::pedantic, reason = "generated; `wit/` documents each item")]

/// The vocabulary of all worlds, and the one interface that they import.
pub(crate) mod shared {
    wasmtime::component::bindgen!({
        inline: "
            package sportello:plugin-host;
            world shared {
                import sportello:plugin/types@0.1.0;
                import sportello:plugin/understanding@0.1.0;
                import sportello:plugin/vault@0.1.0;
            }
        ",
        path: "../../wit",
        imports: { default: trappable },
    });
}

pub(crate) mod channel {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "sportello:plugin/channel-plugin",
        exports: { default: async },
        with: {
            "sportello:plugin/types": super::shared::sportello::plugin::types,
            "sportello:plugin/vault": super::shared::sportello::plugin::vault,
        },
    });
}

pub(crate) mod nlu {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "sportello:plugin/nlu-plugin",
        exports: { default: async },
        with: {
            "sportello:plugin/types": super::shared::sportello::plugin::types,
            "sportello:plugin/understanding": super::shared::sportello::plugin::understanding,
        },
    });
}

pub(crate) mod skill {
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "sportello:plugin/skill-plugin",
        exports: { default: async },
        with: {
            "sportello:plugin/types": super::shared::sportello::plugin::types,
            "sportello:plugin/understanding": super::shared::sportello::plugin::understanding,
            "sportello:plugin/vault": super::shared::sportello::plugin::vault,
        },
    });
}

pub(crate) use shared::sportello::plugin::{types, understanding, vault};
