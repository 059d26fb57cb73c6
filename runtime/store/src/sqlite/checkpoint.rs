//! Moving the log into the database, without holding up those who wait for a commit.
//!
//! SQLite would do all of it within a commit, megabytes and two fsyncs every now and then. Here a thread of its own moves most
//! of the log while the writer goes on writing behind it; only the little that came meanwhile is moved by the writer, between
//! two commits, after which the log begins again at its front.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use super::Connection;
use crate::error::{Done, Failure};

/// Pages of the log, of 4 KiB, from which on it is moved.
const LONG: u64 = 4096;
/// Pages that are little enough for the writer.
const SHORT: u64 = 256;
/// How often the log is moved in one go, while more comes behind.
const ROUNDS: u32 = 4;
/// Commits between two looks at the log.
const COMMITS: u32 = 32;

/// The log, as a checkpoint left it.
pub(super) struct Log {
    pub(super) pages: u64,
    pub(super) moved: u64,
}

impl Log {
    fn left(&self) -> u64 {
        self.pages.saturating_sub(self.moved)
    }
}

/// The way to the thread that moves the log.
pub(super) struct Checkpointer {
    wake: SyncSender<()>,
    told: Arc<Told>,
    thread: JoinHandle<()>,
    commits: u32,
}

/// What the thread tells the writer.
#[derive(Default)]
struct Told {
    /// It has moved nearly all: the rest is the writer's.
    nearly: AtomicBool,
    /// The disk failed: nothing can be trusted any more.
    failed: OnceLock<String>,
}

impl Checkpointer {
    pub(super) fn start(mut connection: Connection) -> std::io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let told = Arc::new(Told::default());
        let tell = Arc::clone(&told);
        let work = move || {
            while woken.recv().is_ok() {
                match move_most(&mut connection) {
                    Ok(nearly) => tell.nearly.store(nearly, Ordering::Release),
                    Err(Failure::Fatal(message)) => drop(tell.failed.set(message)),
                    Err(failure) => tracing::warn!(?failure, "the log of the store cannot be moved into the database"),
                }
            }
        };
        let thread = std::thread::Builder::new().name("store-checkpoint".to_owned()).spawn(work)?;
        Ok(Self { wake, told, thread, commits: 0 })
    }

    /// After each commit of the writer.
    ///
    /// # Errors
    /// Nothing can be trusted any more.
    pub(super) fn look(&mut self, writer: &mut Connection) -> Result<(), String> {
        if let Some(message) = self.told.failed.get() {
            return Err(message.clone());
        }
        if self.told.nearly.swap(false, Ordering::AcqRel) {
            return match writer.checkpoint() {
                Err(Failure::Fatal(message)) => Err(message),
                // It is tried again with the next pages.
                _ => Ok(()),
            };
        }
        self.commits += 1;
        if self.commits >= COMMITS {
            self.commits = 0;
            if let Err(TrySendError::Disconnected(())) = self.wake.try_send(()) {
                return Err("the log can be moved no more".to_owned());
            }
        }
        Ok(())
    }

    /// Before the writer closes: the last one to close moves what is left.
    pub(super) fn end(self) {
        drop(self.wake);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoints of the store did not end well");
        }
    }
}

/// Says whether it moved the log, so that little is left.
fn move_most(connection: &mut Connection) -> Done<bool> {
    let mut log = connection.log()?;
    if log.left() < LONG {
        return Ok(false);
    }
    for _ in 0..ROUNDS {
        log = connection.checkpoint()?;
        if log.left() < SHORT {
            break;
        }
    }
    Ok(true)
}
