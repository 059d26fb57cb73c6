//! What `wit-bindgen` makes of the contract. Nothing here is to be used directly: the other modules give it a shape.
//!
//! The vocabulary is generated once and shared by the three worlds, so that a `Content` is the same type everywhere. The
//! sections that describe a world's exports are emitted by its export macro, so a plugin carries only the world it names.
#![allow(unsafe_code, reason = "generated: the canonical ABI passes pointers")]
#![allow(missing_docs, unreachable_pub, reason = "generated; the contract itself is documented in wit/")]
#![allow(clippy::all, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "generated")]

pub mod shared {
    wit_bindgen::generate!({
        path: "../../wit",
        inline: "
            package sportello:sdk;
            world shared {
                import sportello:plugin/types@0.1.0;
                import sportello:plugin/understanding@0.1.0;
                import sportello:plugin/vault@0.1.0;
            }
        ",
        world: "sportello:sdk/shared",
        additional_derives: [PartialEq],
        generate_unused_types: true,
        generate_all,
    });
}

pub mod channel {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "channel-plugin",
        with: {
            "sportello:plugin/types@0.1.0": crate::bindings::shared::sportello::plugin::types,
            "sportello:plugin/vault@0.1.0": crate::bindings::shared::sportello::plugin::vault,
        },
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_channel_world",
        default_bindings_module: "sportello_sdk::bindings::channel",
    });
}

pub mod nlu {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "nlu-plugin",
        with: {
            "sportello:plugin/types@0.1.0": crate::bindings::shared::sportello::plugin::types,
            "sportello:plugin/understanding@0.1.0": crate::bindings::shared::sportello::plugin::understanding,
        },
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_nlu_world",
        default_bindings_module: "sportello_sdk::bindings::nlu",
    });
}

pub mod skill {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "skill-plugin",
        with: {
            "sportello:plugin/types@0.1.0": crate::bindings::shared::sportello::plugin::types,
            "sportello:plugin/understanding@0.1.0": crate::bindings::shared::sportello::plugin::understanding,
            "sportello:plugin/vault@0.1.0": crate::bindings::shared::sportello::plugin::vault,
        },
        additional_derives: [PartialEq],
        pub_export_macro: true,
        export_macro_name: "export_skill_world",
        default_bindings_module: "sportello_sdk::bindings::skill",
    });
}
