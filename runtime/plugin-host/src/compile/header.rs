//! The first bytes of a file tell what it is, before a compiler complains in words of its own.

use crate::error::HostError;

/// Every binary of WebAssembly begins so.
const MAGIC: &[u8] = b"\0asm";
/// Version and layer of a component; those of a core module are 1 and 0.
/// Source: WebAssembly component model, "Binary Format".
const COMPONENT: &[u8] = &[0x0d, 0, 1, 0];

/// Bytes that a component may have; those of interpreted languages, with their interpreter, have some 40 MiB.
pub const MOST_BYTES: usize = 128 << 20;

/// Whether these are the first bytes of a component that is not too large.
pub(super) fn check(bytes: &[u8]) -> Result<(), HostError> {
    if bytes.len() > MOST_BYTES {
        let (has, possible) = (bytes.len() >> 20, MOST_BYTES >> 20);
        return Err(HostError::Compile(format!("it has {has} MiB, and {possible} MiB are possible")));
    }
    let wrong = |what: &str| Err(HostError::Compile(format!("{what}: build it for the target wasm32-wasip2")));
    match bytes.strip_prefix(MAGIC) {
        None => wrong("it is no WebAssembly component"),
        Some(rest) if rest.starts_with(COMPONENT) => Ok(()),
        Some(_) => wrong("it is a WebAssembly module, and not a component"),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_is_no_component_is_told_from_what_is_only_a_module() {
        assert!(check(b"\0asm\x0d\0\x01\0rest").is_ok());
        assert!(check(b"\0asm\x01\0\0\0rest").unwrap_err().to_string().contains("module"));
        for bytes in [&b""[..], b"\0as", b"#!/bin/sh"] {
            assert!(check(bytes).unwrap_err().to_string().contains("no WebAssembly component"));
        }
    }
}
