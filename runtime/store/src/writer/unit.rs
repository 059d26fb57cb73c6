//! Where a command works: a savepoint, of its own or shared with others.

use super::Command;
use crate::{
    dialect::{self, Connection},
    error::{Done, Failure},
    script::{Answers, Script},
};

/// Where a command works.
pub(crate) struct Unit<'c> {
    connection: &'c mut Connection,
    /// Whether others share the savepoint.
    shared: bool,
    /// Whether the savepoint of the member before is still the current one.
    untouched: bool,
}

impl<'c> Unit<'c> {
    pub(super) fn new(connection: &'c mut Connection, shared: bool) -> Self {
        Self { connection, shared, untouched: true }
    }

    /// The first script ends the savepoint of the member before and begins this one's: that saves a round trip.
    pub(crate) async fn run(&mut self, mut script: Script) -> Done<Answers> {
        if !self.untouched {
            return script.run(self.connection).await;
        }
        self.untouched = false;
        script.begin_with(dialect::NEXT);
        let mut answers = script.run(self.connection).await?;
        answers.skip(dialect::NEXT_STATEMENTS);
        Ok(answers)
    }

    /// Runs another command within this one.
    pub(crate) async fn also<C: Command>(&mut self, command: C) -> Done<C::Output> {
        let opening = command.opening();
        let begun = if opening.is_empty() { Ok(Answers::default()) } else { self.run(opening).await };
        command.run(self, begun).await
    }

    /// Takes back what the command has done so far.
    ///
    /// # Errors
    /// [`Failure::Together`] where that would take others along; the command is run again alone then.
    pub(crate) async fn undo(&mut self) -> Done<()> {
        if self.shared {
            return Err(Failure::Together);
        }
        self.undo_all().await
    }

    /// Takes back what all who share the savepoint have done.
    pub(super) async fn undo_all(&mut self) -> Done<()> {
        if self.untouched {
            return Ok(());
        }
        Script::of(dialect::UNDO).run(self.connection).await.map(|_| ())
    }
}
