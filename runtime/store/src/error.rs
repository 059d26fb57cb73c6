//! What can go wrong.

use std::path::PathBuf;

use sportello_engine::ports::StoreError;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not an address of a store.
    #[error("`{url}` is no address of a store: write sqlite://FOLDER/FILE.db or postgres://USER@HOST/DATABASE")]
    Url {
        /// As given.
        url: String,
    },
    /// Another process has it.
    #[error("{path} is in use by another process: let that one end first, or ask it over its API")]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The file system refuses.
    #[error("{path} cannot be used as a store: {cause}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        cause: std::io::Error,
    },
    /// It is no database, or a broken one.
    #[error("{path} cannot be opened: {cause}")]
    Database {
        /// The database.
        path: PathBuf,
        /// What it said.
        cause: rusqlite::Error,
    },
    /// The server of the database does not let us in.
    #[error("{url} cannot be opened: {cause}")]
    Server {
        /// The database, without the password.
        url: String,
        /// What it said.
        cause: sqlx::Error,
    },
    /// The database cannot be brought to this version's form; a newer version may have made it.
    #[error("{url} cannot be brought to the form of this version: {cause}")]
    Form {
        /// The database, without the password.
        url: String,
        /// What it said.
        cause: sqlx::migrate::MigrateError,
    },
    /// It was made by a newer version.
    #[error("{path} has form {found}, and this version knows forms up to {known}: run the newer version that made it")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its form.
        found: u32,
        /// The newest form known.
        known: u32,
    },
}

/// Why an operation came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is an answer of the port.
    Said(StoreError),
    /// There is no room.
    Full,
    /// Something is there that may be there only once.
    Taken(String),
    /// The database has taken it back, or was lost: it is run again.
    Again(String),
    /// This node has no lease any more: it takes one, and runs it again.
    Lapsed,
    /// The database failed.
    Failed(String),
    /// The database failed, and nothing can be trusted from here on.
    Fatal(String),
    /// A column holds what this version cannot read, or a value cannot be written.
    Form(String),
}

pub(crate) type Done<T> = Result<T, Failure>;

impl Failure {
    /// As the port tells it.
    pub(crate) fn told(self, operation: &'static str) -> StoreError {
        match self {
            Self::Said(error) => error,
            Self::Full => StoreError::Full { operation },
            Self::Lapsed => StoreError::Failed { operation, message: "this node cannot get a lease".to_owned() },
            Self::Taken(message)
            | Self::Again(message)
            | Self::Failed(message)
            | Self::Fatal(message)
            | Self::Form(message) => StoreError::Failed { operation, message },
        }
    }

    pub(crate) fn missing(what: &'static str, id: impl std::fmt::Display) -> Self {
        Self::Said(StoreError::NotFound { what, id: id.to_string() })
    }

    pub(crate) fn conflict(reason: impl Into<String>) -> Self {
        Self::Said(StoreError::Conflict(reason.into()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Said(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Form(error.to_string())
    }
}
