//! The template compiles against this SDK, and its own tests pass.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]
#![allow(unreachable_pub, reason = "the template is a crate of its own")]

#[path = "../template/src/lib.rs"]
mod template;
