//! The one writer: takes all operations that wait, commits them together, and only then answers.

use sportello_engine::ports::{StoreError, store::Stored};
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Connection, batch,
    checkpoint::Checkpointer,
    lock::Lock,
    member::{Loss, Member, Pending},
};
use crate::operation::Operation;

/// The way to the writer.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Member>>,
    failed: watch::Receiver<Option<String>>,
    ended: oneshot::Receiver<()>,
}

/// Operations that may wait before the ones who bring more have to wait as well.
const QUEUE: usize = 4096;

impl Writer {
    /// The lock is let go when the last operation is answered and the connection closed.
    pub(super) fn start(
        connection: Connection,
        batch: usize,
        checkpointer: Checkpointer,
        lock: Lock,
    ) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (fail, failed) = watch::channel(None);
        let (end, ended) = oneshot::channel();
        let work = move || {
            work(connection, waiting, batch, checkpointer, &fail);
            drop(lock);
            // Nobody waits for the end where the store was dropped instead of closed.
            end.send(()).ok();
        };
        std::thread::Builder::new().name("store-writer".to_owned()).spawn(work)?;
        Ok(Self { queue, failed, ended })
    }

    pub(super) async fn write<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        let (reply, answer) = oneshot::channel();
        let gone = || StoreError::Failed { operation: O::NAME, message: self.last_words() };
        self.queue.send(Box::new(Pending::new(operation, reply))).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?.into_outcome()
    }

    pub(super) async fn failure(&self) -> StoreError {
        let mut failed = self.failed.clone();
        // An end without a failure is a clean one: there is nothing to tell, ever.
        if failed.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
        StoreError::Failed { operation: "commit", message: self.last_words() }
    }

    pub(super) async fn close(self) {
        drop(self.queue);
        if self.ended.await.is_err() {
            tracing::error!("the writer of the store did not end well");
        }
    }

    fn last_words(&self) -> String {
        self.failed.borrow().clone().unwrap_or_else(|| "the store is closed".to_owned())
    }
}

fn work(
    mut connection: Connection,
    mut waiting: mpsc::Receiver<Box<dyn Member>>,
    most: usize,
    mut checkpointer: Checkpointer,
    fail: &watch::Sender<Option<String>>,
) {
    let mut members = Vec::with_capacity(most);
    while waiting.blocking_recv_many(&mut members, most) > 0 {
        let batch = std::mem::replace(&mut members, Vec::with_capacity(most));
        let committed = batch::commit(&mut connection, batch).and_then(|()| checkpointer.look(&mut connection));
        if let Err(message) = committed {
            tracing::error!(%message, "the store has failed: the process must end");
            fail.send_replace(Some(message.clone()));
            // Nobody else gets the file before this process has let go of the store.
            while let Some(member) = waiting.blocking_recv() {
                member.refuse(&Loss::Failed(message.clone()));
            }
            return;
        }
    }
    checkpointer.end();
    if let Err(error) = connection.close() {
        tracing::error!(%error, "the store did not close well");
    }
}
