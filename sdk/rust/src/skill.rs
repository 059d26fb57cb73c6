//! What the bot does: what a skill plugin implements.

mod adapter;
mod turn;

use serde::de::DeserializeOwned;

pub use crate::bindings::skill::exports::sportello::plugin::skill::{
    Author, Customer, Description, Effect, HandOver, Line, Memory, Opening, Outcome, Purpose, Schedule, Task, Trigger,
    Turn as Facts,
};
use crate::stop::Stop;
use crate::types::Failure;

#[doc(hidden)]
pub use adapter::Adapter;
pub use turn::Turn;

/// Something the bot can do. Pure: it is called again from the top with each answer that it fetches.
pub trait Skill {
    /// What the operator configures.
    type Settings: DeserializeOwned;

    /// What an operator reads before installing it.
    fn describe() -> Description;

    /// One turn. What was said and done through `turn` happens all together when this returns, or not at all.
    ///
    /// # Errors
    /// Why the skill cannot do its work; the host then asks the next rule, in the end a person.
    fn handle(turn: &Turn<Self::Settings>) -> Result<(), Stop<Failure>>;

    /// What an older version kept, for this one.
    ///
    /// # Errors
    /// Why it cannot be carried over; as it stands, that this skill knows no older version.
    fn migrate(memory: Memory) -> Result<Memory, String> {
        let Description { name, memory_version, .. } = Self::describe();
        Err(format!("{name} cannot carry memory of version {} over to version {memory_version}", memory.version))
    }
}

impl HandOver {
    /// A person is wanted, for this reason.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), summary: None, queue: None, urgent: false }
    }

    /// What is known so far, for the agent.
    #[must_use]
    pub fn summary(mut self, summary: impl Into<String>) -> Self {
        self.summary = Some(summary.into());
        self
    }

    /// The queue that it goes to.
    #[must_use]
    pub fn queue(mut self, queue: impl Into<String>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Before others.
    #[must_use]
    pub fn urgent(mut self) -> Self {
        self.urgent = true;
        self
    }
}

/// Exports a type that implements [`Skill`] as the plugin of this component. Once per crate.
#[macro_export]
macro_rules! export_skill {
    ($plugin:ty) => {
        // Native linkers refuse the names of the exports, and native tests need none of them.
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, unreachable_pub, reason = "generated: the canonical ABI passes pointers")]
        const _: () = {
            type Exported = $crate::skill::Adapter<$plugin>;
    $crate::bindings::skill::export_skill_world!(Exported with_types_in $crate::bindings::skill);
        };
    };
}
