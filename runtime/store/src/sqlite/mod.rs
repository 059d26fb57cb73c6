//! SQLite: one file, one writer, many readers.
//!
//! A statement is a call of a function here, so whoever has a connection has a thread: the writer its own, readers one of those
//! for blocking work. What changes something goes to the writer, which takes all that waits, commits it together (one fsync)
//! and only then answers. What only looks goes to the readers, and sees whatever was answered before.

mod backup;
mod batch;
mod checkpoint;
mod connection;
mod lock;
mod member;
mod migrations;
mod readers;
mod writer;

use std::{fs::File, io, os::unix::fs::OpenOptionsExt as _, path::Path};

use sportello_engine::ports::{StoreError, store::Stored};

use crate::{error::OpenError, operation::Operation, store::Settings};
pub(crate) use backup::{back_up, put_back};
use checkpoint::Checkpointer;
pub(crate) use connection::Connection;
use lock::Lock;
use readers::Readers;
use writer::Writer;

/// A store in one file.
#[derive(Debug)]
pub(crate) struct Sqlite {
    writer: Writer,
    readers: Readers,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        let refused = |cause| OpenError::File { path: path.to_owned(), cause };
        let broken = |cause| OpenError::Database { path: path.to_owned(), cause };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| OpenError::File { path: folder.to_owned(), cause })?;
        }
        let lock = Lock::take(path)?;
        make(path).map_err(refused)?;
        let mut connection = Connection::writer(path, settings.max_pages).map_err(broken)?;
        migrations::run(&mut connection, path)?;
        let readers = (0..settings.readers).map(|_| Connection::reader(path)).collect::<Result<_, _>>();
        let readers = Readers::new(readers.map_err(broken)?);
        let checkpointer = Checkpointer::start(Connection::writer(path, None).map_err(broken)?).map_err(refused)?;
        let writer = Writer::start(connection, settings.batch, checkpointer, lock).map_err(refused)?;
        Ok(Self { writer, readers })
    }

    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        self.writer.write(operation).await
    }

    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        self.readers.read(operation).await
    }

    pub(crate) async fn failure(&self) -> StoreError {
        self.writer.failure().await
    }

    pub(crate) async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Nobody else reads what customers write: SQLite gives the files beside it the same mode.
fn make(path: &Path) -> io::Result<()> {
    File::options().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}
