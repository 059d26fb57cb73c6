//! Opening and closing, and the two ways in: commands to the writer, questions to the readers.

use std::{path::Path, str::FromStr};

use sportello_engine::ports::{StoreError, store::Stored};
use sqlx::{
    ConnectOptions, Connection as _,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::{
    dialect::{self, Pool},
    error::{Done, OpenError},
    lock::Lock,
    migrations,
    writer::{Command, Writer},
};

/// How a store works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections that only read.
    pub readers: u32,
    /// Most commands of one commit.
    pub batch: usize,
    /// Most pages (of 4 KiB) of the database; none: as many as the disk holds.
    pub max_pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { readers: 4, batch: 256, max_pages: None }
    }
}

/// A store in one file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: Pool,
}

impl SqliteStore {
    /// Opens `sqlite://FOLDER/FILE.db`, or makes it; a relative folder begins where the process was started.
    ///
    /// # Errors
    /// The address is none, another process has the file, it cannot be made, it is no database, or of a newer version.
    pub async fn open(url: &str, settings: Settings) -> Result<Self, OpenError> {
        let named = SqliteConnectOptions::from_str(url);
        let named = named.map_err(|cause| OpenError::Url { url: url.to_owned(), cause: Some(cause) })?;
        let path = named.get_filename();
        if !url.starts_with("sqlite:") || url.contains(":memory:") {
            return Err(OpenError::Url { url: url.to_owned(), cause: None });
        }
        Self::open_file(path, settings).await
    }

    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_file(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|cause| OpenError::File { path: folder.to_owned(), cause })?;
        }
        let lock = Lock::take(path)?;
        let broken = |cause| OpenError::Database { path: path.to_owned(), cause };
        let mut connection = dialect::writer(path, settings.max_pages).connect().await.map_err(broken)?;
        if let Err(cause) = migrations::run(&mut connection).await {
            connection.close().await.map_err(broken)?;
            return Err(OpenError::Migration { path: path.to_owned(), cause });
        }
        let readers = SqlitePoolOptions::new().max_connections(settings.readers).test_before_acquire(false);
        let readers = readers.connect_with(dialect::reader(path)).await.map_err(broken)?;
        let writer = Writer::start(connection, settings.batch, lock);
        let writer = writer.map_err(|cause| OpenError::File { path: path.to_owned(), cause })?;
        Ok(Self { writer, readers })
    }

    /// Ends what was begun, and lets the file go.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Comes back when the store has failed for good: the process must end then, because after a failed fsync nobody knows
    /// what the disk holds. Every command is refused from there on.
    pub async fn failure(&self) -> StoreError {
        self.writer.failure().await
    }

    pub(crate) async fn write<C: Command>(&self, command: C) -> Stored<C::Output> {
        self.writer.write(command).await
    }

    /// Asks the readers.
    pub(crate) async fn read<T>(
        &self,
        operation: &'static str,
        question: impl AsyncFnOnce(&Pool) -> Done<T>,
    ) -> Stored<T> {
        question(&self.readers).await.map_err(|failure| failure.told(operation))
    }
}
