//! A command with whoever waits for its answer.

use async_trait::async_trait;
use sportello_engine::ports::{StoreError, store::Stored};
use tokio::sync::oneshot;

use super::{Command, Unit};
use crate::{
    error::{Done, Failure},
    script::{Answers, Script},
};

/// What became of a whole batch.
pub(super) enum Loss {
    /// There was no room.
    Full,
    /// The database failed.
    Failed(String),
}

/// A member of a batch.
#[async_trait]
pub(super) trait Member: Send {
    fn opening(&self) -> Script;

    /// Goes on from its opening and remembers its answer.
    async fn run(&mut self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Result<(), Failure>;

    /// It was taken back: remembers why.
    fn fail(&mut self, failure: Failure);

    /// Once the batch is durable.
    fn answer(self: Box<Self>);

    /// Where the batch is not.
    fn refuse(self: Box<Self>, loss: &Loss);
}

/// A command that waits for its batch.
pub(super) struct Pending<C: Command> {
    command: C,
    outcome: Option<Stored<C::Output>>,
    reply: oneshot::Sender<Stored<C::Output>>,
}

impl<C: Command> Pending<C> {
    pub(super) fn new(command: C, reply: oneshot::Sender<Stored<C::Output>>) -> Self {
        Self { command, outcome: None, reply }
    }
}

#[async_trait]
impl<C: Command> Member for Pending<C> {
    fn opening(&self) -> Script {
        self.command.opening()
    }

    async fn run(&mut self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Result<(), Failure> {
        self.outcome = Some(Ok(self.command.run(unit, opening).await?));
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.outcome = Some(Err(failure.told(C::NAME)));
    }

    fn answer(self: Box<Self>) {
        let unknown = || Err(StoreError::Failed { operation: C::NAME, message: "it was not run".to_owned() });
        // Nobody may be waiting any more: what is done is done.
        self.reply.send(self.outcome.unwrap_or_else(unknown)).ok();
    }

    fn refuse(self: Box<Self>, loss: &Loss) {
        let error = match (self.outcome, loss) {
            (Some(Err(own)), _) => own,
            (_, Loss::Full) => StoreError::Full { operation: C::NAME },
            (_, Loss::Failed(message)) => StoreError::Failed { operation: C::NAME, message: message.clone() },
        };
        self.reply.send(Err(error)).ok();
    }
}
