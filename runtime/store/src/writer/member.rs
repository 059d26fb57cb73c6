//! A command with whoever waits for its answer.

use async_trait::async_trait;
use sportello_engine::ports::{StoreError, store::Stored};
use tokio::sync::oneshot;

use super::{Command, Unit};

/// How a member ended.
pub(super) enum Ran {
    /// What it did stands, if the batch does.
    Kept,
    /// It did nothing, by an error of its own; the batch goes on.
    Undone,
    /// The database took the whole transaction back.
    TransactionLost,
    /// Nothing can be trusted any more.
    Fatal(String),
}

/// What became of the whole batch.
pub(super) enum Loss {
    /// There was no room.
    Full,
    /// The database failed.
    Failed(String),
}

/// A member of a batch.
#[async_trait]
pub(super) trait Member: Send {
    async fn run(&mut self, unit: &mut Unit<'_>) -> Ran;

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
    async fn run(&mut self, unit: &mut Unit<'_>) -> Ran {
        let failure = match self.command.run(unit).await {
            Ok(output) => {
                self.outcome = Some(Ok(output));
                return Ran::Kept;
            }
            Err(failure) => failure,
        };
        if failure.is_fatal() {
            return Ran::Fatal(failure.told(C::NAME).to_string());
        }
        self.outcome = Some(Err(failure.told(C::NAME)));
        match unit.undo().await {
            Ok(()) => Ran::Undone,
            Err(failure) if failure.is_fatal() => Ran::Fatal(failure.told(C::NAME).to_string()),
            Err(_) => Ran::TransactionLost,
        }
    }

    fn answer(self: Box<Self>) {
        let closed = || Err(StoreError::Failed { operation: C::NAME, message: "it was not run".to_owned() });
        // Nobody may be waiting any more: what is done is done.
        drop(self.reply.send(self.outcome.unwrap_or_else(closed)));
    }

    fn refuse(self: Box<Self>, loss: &Loss) {
        let error = match (self.outcome, loss) {
            (Some(Err(own)), _) => own,
            (_, Loss::Full) => StoreError::Full { operation: C::NAME },
            (_, Loss::Failed(message)) => StoreError::Failed { operation: C::NAME, message: message.clone() },
        };
        drop(self.reply.send(Err(error)));
    }
}
