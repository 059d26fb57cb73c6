//! One member's part of a batch: a savepoint.

use crate::{
    dialect::{self, Connection},
    error::Done,
    script::{Answers, Script},
};

/// Where a command works.
pub(crate) struct Unit<'c> {
    connection: &'c mut Connection,
    /// Whether the savepoint holds nothing of this member yet.
    untouched: bool,
}

impl<'c> Unit<'c> {
    pub(crate) fn new(connection: &'c mut Connection) -> Self {
        Self { connection, untouched: true }
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

    /// Takes back what the member has done so far.
    pub(crate) async fn undo(&mut self) -> Done<()> {
        if !self.untouched {
            Script::of(dialect::UNDO).run(self.connection).await?;
        }
        Ok(())
    }
}
