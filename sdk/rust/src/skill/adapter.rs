//! Gives a [`Skill`] the shape that the contract's exports have.

use std::marker::PhantomData;

use super::{Description, Facts, Memory, Outcome, Skill, Turn};
use crate::bindings::skill::exports::sportello::plugin::skill::Guest;
use crate::stop::Stop;
use crate::types::Failure;

/// Exported in place of the plugin's own type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Adapter<S>(PhantomData<S>);

impl<S: Skill> Guest for Adapter<S> {
    fn describe() -> Description {
        S::describe()
    }

    fn handle(settings: String, facts: Facts) -> Result<Outcome, Failure> {
        Turn::new(&settings, facts, S::describe().memory_version)
            .map_err(Stop::from)
            .and_then(|turn| {
                S::handle(&turn)?;
                Ok(turn.into_outcome())
            })
            .or_else(|stop| match stop {
                Stop::Perform(requests) => Ok(Outcome::Perform(requests)),
                Stop::Fail(failure) => Err(failure),
                Stop::Broken(reason) => Err(Failure::Rejected(reason)),
            })
    }

    fn migrate(memory: Memory) -> Result<Memory, String> {
        S::migrate(memory)
    }
}
