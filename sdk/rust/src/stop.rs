//! Why a call ends before it has an answer: it waits for the host, it failed, or the plugin contradicts itself.

use crate::channel::Refusal;
use crate::types::{Failure, HttpRequest};

/// What `fetch` ends a call with.
#[derive(Debug, Clone, PartialEq)]
pub enum Pause {
    /// The host has to perform these first.
    Perform(Vec<HttpRequest>),
    /// The function asked for something else than the last time that it ran.
    Diverged(String),
}

/// The early end of a call; `?` makes it of a [`Pause`], of `E`, and of the errors of this crate.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop<E> {
    /// The host performs these and calls again with what came of them.
    Perform(Vec<HttpRequest>),
    /// The answer is a failure.
    Fail(E),
    /// The plugin or its settings are at fault, and the outside world is not to be told that it was wrong: while receiving
    /// the call traps, so that the host keeps the webhook; elsewhere it is a rejection with this reason.
    Broken(String),
}

impl<E> From<Pause> for Stop<E> {
    fn from(pause: Pause) -> Self {
        match pause {
            Pause::Perform(requests) => Stop::Perform(requests),
            Pause::Diverged(reason) => Stop::Broken(reason),
        }
    }
}

impl From<Failure> for Stop<Failure> {
    fn from(failure: Failure) -> Self {
        Stop::Fail(failure)
    }
}

impl From<Refusal> for Stop<Refusal> {
    fn from(refusal: Refusal) -> Self {
        Stop::Fail(refusal)
    }
}
