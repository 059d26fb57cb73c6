//! The one writer: takes all commands that wait, commits them together, and only then answers.

mod batch;
mod member;
mod unit;

use async_trait::async_trait;
use sportello_engine::ports::{StoreError, store::Stored};
use sqlx::Connection as _;
use tokio::sync::{mpsc, oneshot, watch};
use tracing::Instrument as _;

use crate::{dialect::Connection, error::Done, lock::Lock};
use member::{Member, Pending};
pub(crate) use unit::Unit;

/// Something that changes the store.
#[async_trait]
pub(crate) trait Command: Send + Sync + 'static {
    type Output: Send + 'static;
    const NAME: &'static str;

    /// May be run again, where a batch has to be taken back for the sake of another member. An error takes back what was done.
    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output>;
}

/// The way to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Member>>,
    failed: watch::Receiver<Option<String>>,
    task: tokio::task::JoinHandle<()>,
}

/// Commands that may wait before the ones who bring more have to wait as well.
const QUEUE: usize = 4096;

impl Writer {
    /// The lock is let go when the last command is answered and the connection closed.
    pub(crate) fn start(connection: Connection, batch: usize, lock: Lock) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (fail, failed) = watch::channel(None);
        let task = tokio::spawn(work(connection, waiting, batch, fail, lock));
        Self { queue, failed, task }
    }

    pub(crate) async fn write<C: Command>(&self, command: C) -> Stored<C::Output> {
        let (reply, answer) = oneshot::channel();
        let gone = || StoreError::Failed { operation: C::NAME, message: self.last_words() };
        self.queue.send(Box::new(Pending::new(command, reply))).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    pub(crate) async fn failure(&self) -> StoreError {
        let mut failed = self.failed.clone();
        // An end without a failure is a clean one: there is nothing to tell, ever.
        if failed.wait_for(Option::is_some).await.is_err() {
            std::future::pending::<()>().await;
        }
        StoreError::Failed { operation: "commit", message: self.last_words() }
    }

    pub(crate) async fn close(self) {
        drop(self.queue);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the writer of the store did not end well");
        }
    }

    fn last_words(&self) -> String {
        self.failed.borrow().clone().unwrap_or_else(|| "the store is closed".to_owned())
    }
}

async fn work(
    mut connection: Connection,
    mut waiting: mpsc::Receiver<Box<dyn Member>>,
    most: usize,
    fail: watch::Sender<Option<String>>,
    _lock: Lock,
) {
    let mut members = Vec::with_capacity(most);
    while waiting.recv_many(&mut members, most).await > 0 {
        let span = tracing::info_span!("store.batch.commit", members = members.len());
        let batch = std::mem::replace(&mut members, Vec::with_capacity(most));
        if let Err(message) = batch::commit(&mut connection, batch).instrument(span).await {
            tracing::error!(%message, "the store has failed: the process must end");
            fail.send_replace(Some(message.clone()));
            // Nobody else gets the file before this process has let go of the store.
            while let Some(member) = waiting.recv().await {
                member.refuse(&member::Loss::Failed(message.clone()));
            }
            return;
        }
    }
    if let Err(error) = connection.close().await {
        tracing::error!(%error, "the store did not close well");
    }
}
