//! The contract as wasmtime's generator reads it, for calls without the host.

#![allow(missing_docs, unreachable_pub, dead_code, clippy::all, clippy::pedantic, reason = "generated")]

wasmtime::component::bindgen!({
    inline: "
        package sportello:bench;
        world all {
            import sportello:plugin/vault@0.1.0;
            export sportello:plugin/channel@0.1.0;
            export sportello:plugin/nlu@0.1.0;
            export sportello:plugin/skill@0.1.0;
        }
    ",
    path: "../../wit",
});
