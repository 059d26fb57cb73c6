//! What can go wrong.

use std::path::PathBuf;

use sportello_engine::ports::StoreError;

use crate::dialect;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not an address of a file.
    #[error("`{url}` is no address of a store: write sqlite://FOLDER/FILE.db")]
    Url {
        /// As given.
        url: String,
        /// Why not.
        #[source]
        cause: Option<sqlx::Error>,
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
        cause: sqlx::Error,
    },
    /// It was made by another version.
    #[error("{path} cannot be brought to the form of this version: {cause}")]
    Migration {
        /// The database.
        path: PathBuf,
        /// What it said.
        cause: sqlx::migrate::MigrateError,
    },
}

/// Why a command or a question came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is an answer of the port.
    Said(StoreError),
    /// The database failed.
    Sql(sqlx::Error),
    /// A column holds what this version cannot read, or a value cannot be written.
    Form(String),
    /// It has to be done again alone, because others would be taken back with it.
    Together,
    /// There is no room.
    Full,
}

pub(crate) type Done<T> = Result<T, Failure>;

impl Failure {
    /// As the port tells it.
    pub(crate) fn told(self, operation: &'static str) -> StoreError {
        match self {
            Self::Said(error) => error,
            Self::Full => StoreError::Full { operation },
            Self::Sql(error) if dialect::is_full(&error) => StoreError::Full { operation },
            Self::Together => StoreError::Failed { operation, message: "it was not run alone".to_owned() },
            Self::Sql(error) => StoreError::Failed { operation, message: error.to_string() },
            Self::Form(message) => StoreError::Failed { operation, message },
        }
    }

    /// Whether nothing can be trusted from here on.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self, Self::Sql(error) if dialect::is_fatal(error))
    }

    pub(crate) fn is_full(&self) -> bool {
        match self {
            Self::Full => true,
            Self::Sql(error) => dialect::is_full(error),
            _ => false,
        }
    }

    /// Whether something is there that may be there only once.
    pub(crate) fn is_constraint(&self) -> bool {
        matches!(self, Self::Sql(error) if dialect::is_constraint(error))
    }

    pub(crate) fn missing(what: &'static str, id: impl std::fmt::Display) -> Self {
        Self::Said(StoreError::NotFound { what, id: id.to_string() })
    }

    pub(crate) fn conflict(reason: impl Into<String>) -> Self {
        Self::Said(StoreError::Conflict(reason.into()))
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
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
