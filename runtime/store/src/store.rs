//! Opening and closing, whichever database it is, and the two ways in: what changes something, and what only looks.

use std::path::Path;

use sportello_engine::ports::{StoreError, store::Stored};

use crate::{
    error::OpenError,
    operation::Operation,
    postgres::Postgres,
    sqlite::{self, Sqlite},
};

/// How a store works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections to a file that only read.
    pub readers: u32,
    /// Most connections to a server, for reading and writing.
    pub connections: u32,
    /// Most operations of one commit to a file.
    pub batch: usize,
    /// Most pages (of 4 KiB) of a file; none: as many as the disk holds.
    pub max_pages: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { readers: 4, connections: 32, batch: 256, max_pages: None }
    }
}

/// A store in a database.
#[derive(Debug)]
pub struct SqlStore {
    database: Database,
}

#[derive(Debug)]
enum Database {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl SqlStore {
    /// Opens `sqlite://FOLDER/FILE.db`, or makes it (a relative folder begins where the process was started), or enters
    /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE` as one node among others; the database itself has to be there.
    ///
    /// # Errors
    /// The address is none, another process has the file, it cannot be made, the server does not let us in, it is no database, or
    /// of a newer version.
    pub async fn open(url: &str, settings: Settings) -> Result<Self, OpenError> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Self::open_file(Path::new(path), settings).await,
            Some(("postgres" | "postgresql", _)) => {
                Ok(Self { database: Database::Postgres(Postgres::open(url, settings).await?) })
            }
            _ => Err(OpenError::Url { url: url.to_owned() }),
        }
    }

    /// Opens a file, or makes it.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_file(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        let opened = path.to_owned();
        Ok(Self { database: Database::Sqlite(blocking(path, move || Sqlite::open(&opened, settings)).await?) })
    }

    /// Writes a backup of a store in a file to `to`, as of one moment, whether a server runs on it or not.
    ///
    /// # Errors
    /// `to` is there already or cannot be written; there is no store.
    pub async fn back_up(path: &Path, to: &Path) -> Result<(), OpenError> {
        let (from, into) = (path.to_owned(), to.to_owned());
        blocking(path, move || sqlite::back_up(&from, &into)).await
    }

    /// Puts a backup in the place of a store in a file. What was there is kept beside it.
    ///
    /// # Errors
    /// A process has the store; the backup is none, or of a newer version.
    pub async fn put_back(backup: &Path, path: &Path) -> Result<(), OpenError> {
        let (from, into) = (backup.to_owned(), path.to_owned());
        blocking(path, move || sqlite::put_back(&from, &into)).await
    }

    /// Ends what was begun, and lets go of the database.
    pub async fn close(self) {
        match self.database {
            Database::Sqlite(sqlite) => sqlite.close().await,
            Database::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Comes back when a file has failed for good: the process must end then, because after a failed fsync nobody knows
    /// what the disk holds. Every operation is refused from there on.
    pub async fn failure(&self) -> StoreError {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.failure().await,
            Database::Postgres(postgres) => postgres.failure().await,
        }
    }

    /// Does what changes something: durable when it returns.
    pub(crate) async fn write<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.write(operation).await,
            Database::Postgres(postgres) => postgres.write(operation).await,
        }
    }

    /// Does what only looks: sees whatever was answered before, as of one moment.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Stored<O::Output> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.read(operation).await,
            Database::Postgres(postgres) => postgres.read(operation).await,
        }
    }

    /// Whether several nodes work with it.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    /// The stream to which another node has published, none where it may have been any; never, where there is no other node.
    pub(crate) async fn heard(&self) -> Option<String> {
        match &self.database {
            Database::Sqlite(_) => std::future::pending().await,
            Database::Postgres(postgres) => postgres.published_elsewhere().await,
        }
    }

    /// Comes back where another node may have changed revisions; never, where there is no other node.
    pub(crate) async fn heard_of_revisions(&self) {
        match &self.database {
            Database::Sqlite(_) => std::future::pending().await,
            Database::Postgres(postgres) => postgres.revisions_changed_elsewhere().await,
        }
    }
}

/// Work with files, on a thread for it.
async fn blocking<T: Send + 'static>(
    path: &Path,
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let ended = |error| OpenError::File { path: path.to_owned(), cause: std::io::Error::other(error) };
    tokio::task::spawn_blocking(work).await.map_err(ended)?
}
