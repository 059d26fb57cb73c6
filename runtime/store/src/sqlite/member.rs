//! An operation with whoever waits for its answer.

use sportello_engine::ports::{StoreError, store::Stored};
use tokio::sync::oneshot;

use super::Connection;
use crate::{
    error::{Done, Failure},
    operation::Operation,
};

/// What became of a whole batch.
pub(super) enum Loss {
    /// There was no room.
    Full,
    /// The database failed.
    Failed(String),
}

/// A member of a batch.
pub(super) trait Member: Send {
    /// Does its part, and remembers its answer. May be done again, where the batch was taken back.
    fn run(&mut self, connection: &mut Connection) -> Done<()>;

    /// It was taken back: remembers why.
    fn fail(&mut self, failure: Failure);

    /// Once the batch is durable.
    fn answer(self: Box<Self>);

    /// Where the batch is not.
    fn refuse(self: Box<Self>, loss: &Loss);
}

/// An operation that waits for its batch. It goes back with its answer: what the writer cleared away in its place would hold up
/// everybody, and memory is given back best by the thread that took it.
pub(super) struct Pending<O: Operation> {
    operation: O,
    outcome: Option<Stored<O::Output>>,
    reply: Option<oneshot::Sender<Box<Self>>>,
}

impl<O: Operation> Pending<O> {
    pub(super) fn new(operation: O, reply: oneshot::Sender<Box<Self>>) -> Self {
        Self { operation, outcome: None, reply: Some(reply) }
    }

    /// What came of it.
    pub(super) fn into_outcome(self) -> Stored<O::Output> {
        let unknown = || Err(StoreError::Failed { operation: O::NAME, message: "it was not run".to_owned() });
        self.outcome.unwrap_or_else(unknown)
    }
}

impl<O: Operation> Member for Pending<O> {
    fn run(&mut self, connection: &mut Connection) -> Done<()> {
        self.outcome = Some(Ok(connection.perform(&self.operation)?));
        Ok(())
    }

    fn fail(&mut self, failure: Failure) {
        self.outcome = Some(Err(failure.told(O::NAME)));
    }

    fn answer(mut self: Box<Self>) {
        // Nobody may be waiting any more: what is done is done.
        self.reply.take().and_then(|reply| reply.send(self).err());
    }

    fn refuse(mut self: Box<Self>, loss: &Loss) {
        let error = match (self.outcome.take(), loss) {
            (Some(Err(own)), _) => own,
            (_, Loss::Full) => StoreError::Full { operation: O::NAME },
            (_, Loss::Failed(message)) => StoreError::Failed { operation: O::NAME, message: message.clone() },
        };
        self.outcome = Some(Err(error));
        self.answer();
    }
}
