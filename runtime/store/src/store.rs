//! Opening and closing, and the two ways in: what changes something, and what only looks.

use std::path::Path;

use sportello_engine::ports::{StoreError, store::Stored};

use crate::{error::OpenError, operation::Operation, sqlite::Sqlite};

/// How a store works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections that only read.
    pub readers: u32,
    /// Most operations of one commit.
    pub batch: usize,
    /// Most pages (of 4 KiB) of the database; none: as many as the disk holds.
    pub max_pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { readers: 4, batch: 256, max_pages: None }
    }
}

/// A store in a database.
#[derive(Debug)]
pub struct SqlStore {
    database: Sqlite,
}

impl SqlStore {
    /// Opens `sqlite://FOLDER/FILE.db`, or makes it; a relative folder begins where the process was started.
    ///
    /// # Errors
    /// The address is none, another process has the file, it cannot be made, it is no database, or of a newer version.
    pub async fn open(url: &str, settings: Settings) -> Result<Self, OpenError> {
        match url.strip_prefix("sqlite://") {
            Some(path) if !path.is_empty() => Self::open_file(Path::new(path), settings).await,
            _ => Err(OpenError::Url { url: url.to_owned() }),
        }
    }

    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_file(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        let opened = path.to_owned();
        let opening = tokio::task::spawn_blocking(move || Sqlite::open(&opened, settings)).await;
        let ended = |error| OpenError::File { path: path.to_owned(), cause: std::io::Error::other(error) };
        Ok(Self { database: opening.map_err(ended)?? })
    }

    /// Ends what was begun, and lets the file go.
    pub async fn close(self) {
        self.database.close().await;
    }

    /// Comes back when the store has failed for good: the process must end then, because after a failed fsync nobody knows
    /// what the disk holds. Every operation is refused from there on.
    pub async fn failure(&self) -> StoreError {
        self.database.failure().await
    }

    /// Does what changes something: durable when it returns.
    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        self.database.write(operation).await
    }

    /// Does what only looks: sees whatever was answered before, as of one moment.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        self.database.read(operation).await
    }
}
