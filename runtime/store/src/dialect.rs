//! What is SQLite's own; everything else is SQL that PostgreSQL reads as well.
//!
//! - How a connection is made, and which errors mean what.
//! - Several statements in one round trip: SQLite prepares them as one text, with the arguments in order. Each statement's
//!   `?` become `$1 …` elsewhere, where they are sent one by one in a pipeline.
//! - Whether the statement before has changed anything: a function here, elsewhere statements within one `WITH`.
//! - A transaction that writes says so at its beginning (`IMMEDIATE`), instead of locking rows.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

pub(crate) type Connection = sqlx::SqliteConnection;
pub(crate) type Pool = sqlx::SqlitePool;
pub(crate) type Row = sqlx::sqlite::SqliteRow;
pub(crate) type Arguments = sqlx::sqlite::SqliteArguments;
pub(crate) type Database = sqlx::Sqlite;

/// Whether the last statement that could change rows has done so.
macro_rules! changed {
    () => {
        "changes() > 0"
    };
}
pub(crate) use changed;

/// Begins a batch and its first member.
pub(crate) const BEGIN: &str = "BEGIN IMMEDIATE; SAVEPOINT member";
/// Ends a member and begins the next one.
pub(crate) const NEXT: &str = "RELEASE member; SAVEPOINT member;";
/// Statements of [`NEXT`].
pub(crate) const NEXT_STATEMENTS: usize = 2;
/// Takes back what the member did; the next one begins.
pub(crate) const UNDO: &str = "ROLLBACK TO member";
/// Makes a batch durable.
pub(crate) const COMMIT: &str = "RELEASE member; COMMIT";
/// Takes a batch back.
pub(crate) const ROLLBACK: &str = "ROLLBACK";

/// Pages after which the log goes into the database: 16 MiB, so that a burst is not held up by it.
const CHECKPOINT_PAGES: &str = "4096";
/// KiB of pages that the writer keeps at hand.
const WRITER_CACHE: &str = "-65536";
/// KiB of pages that a reader keeps at hand.
const READER_CACHE: &str = "-8192";
/// Texts of statements that a connection keeps prepared; a turn's depends on how much it says.
const STATEMENTS: usize = 512;

/// Results that may gather at the writer: more than any script gives, and a place is made only when it is needed.
const GATHERED: usize = 65_536;

pub(crate) fn writer(path: &Path, max_pages: Option<u32>) -> SqliteConnectOptions {
    let options = shared(path).create_if_missing(true).pragma("cache_size", WRITER_CACHE);
    let options = options
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .row_buffer_size(GATHERED)
        .thread_name(|_| "store-writer".to_owned());
    match max_pages {
        Some(pages) => options.pragma("max_page_count", pages.to_string()),
        None => options,
    }
}

pub(crate) fn reader(path: &Path) -> SqliteConnectOptions {
    let options = shared(path).pragma("cache_size", READER_CACHE).pragma("query_only", "ON");
    options.thread_name(|id| format!("store-reader-{id}"))
}

fn shared(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(10))
        .statement_cache_capacity(STATEMENTS)
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// SQLITE_FULL: no room on the disk, or more pages than allowed.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(13)
}

/// SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB, or a connection that is gone.
pub(crate) fn is_fatal(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(_) => matches!(primary_code(error), Some(10 | 11 | 26)),
        sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => true,
        _ => false,
    }
}

/// SQLITE_CONSTRAINT.
pub(crate) fn is_constraint(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(19)
}

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let extended: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(extended & 0xff)
}
