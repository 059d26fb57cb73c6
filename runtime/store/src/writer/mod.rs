//! The one writer: takes all commands that wait, commits them together, and only then answers.
//!
//! It has a thread of its own, beside the thread that sqlx has for the connection: statements go to and fro between the
//! two, and a runtime's scheduler in between would cost more than most statements do.

mod batch;
mod member;
mod unit;

use async_trait::async_trait;
use sportello_engine::ports::{StoreError, store::Stored};
use sqlx::Connection as _;
use tokio::sync::{mpsc, oneshot, watch};

use crate::{
    dialect::Connection,
    error::Done,
    lock::Lock,
    script::{Answers, Script},
};
use member::{Loss, Member, Pending};
pub(crate) use unit::Unit;

/// Something that changes the store.
#[async_trait]
pub(crate) trait Command: Send + Sync + 'static {
    type Output: Send + 'static;
    const NAME: &'static str;

    /// The script that it begins with. Commands whose openings have the same text go to the database in one round trip,
    /// before any of them goes on: a command that decides by what it reads has to read in [`Self::run`].
    fn opening(&self) -> Script {
        Script::new()
    }

    /// What comes of the opening, and whatever has to follow it. May be run again, where a batch has to be taken back for
    /// the sake of another member. An error takes back what was done.
    async fn run(&self, unit: &mut Unit<'_>, opening: Done<Answers>) -> Done<Self::Output>;
}

/// The way to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Box<dyn Member>>,
    failed: watch::Receiver<Option<String>>,
    ended: oneshot::Receiver<()>,
}

/// Commands that may wait before the ones who bring more have to wait as well.
const QUEUE: usize = 4096;

impl Writer {
    /// The lock is let go when the last command is answered and the connection closed.
    pub(crate) fn start(connection: Connection, batch: usize, lock: Lock) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (fail, failed) = watch::channel(None);
        let (end, ended) = oneshot::channel();
        let work = move || {
            futures::executor::block_on(work(connection, waiting, batch, fail));
            drop(lock);
            // Nobody waits for the end where the store was dropped instead of closed.
            end.send(()).ok();
        };
        std::thread::Builder::new().name("store-commit".to_owned()).spawn(work)?;
        Ok(Self { queue, failed, ended })
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
        if self.ended.await.is_err() {
            tracing::error!("the writer of the store did not end well");
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
) {
    let mut members = Vec::with_capacity(most);
    while waiting.recv_many(&mut members, most).await > 0 {
        let batch = std::mem::replace(&mut members, Vec::with_capacity(most));
        if let Err(message) = batch::commit(&mut connection, batch).await {
            tracing::error!(%message, "the store has failed: the process must end");
            fail.send_replace(Some(message.clone()));
            // Nobody else gets the file before this process has let go of the store.
            while let Some(member) = waiting.recv().await {
                member.refuse(&Loss::Failed(message.clone()));
            }
            return;
        }
    }
    if let Err(error) = connection.close().await {
        tracing::error!(%error, "the store did not close well");
    }
}
