//! A connection: how it is made, what a statement does, and which errors mean what.

use std::{path::Path, time::Duration};

use futures::FutureExt as _;
use rusqlite::{
    CachedStatement, OpenFlags, ToSql,
    config::DbConfig,
    ffi::{
        SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_IOERR,
        SQLITE_NOTADB,
    },
    types::{ToSqlOutput, ValueRef},
};

use super::checkpoint::Log;
use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::{Answer, Row, Statement, Value},
};

/// KiB of pages that the writer keeps at hand. Nearly every commit divides a page, after which SQLite looks through all of
/// these; what is not among them costs a look into the operating system's own cache.
const WRITER_CACHE: i64 = -8_192;
/// KiB of pages that a reader keeps at hand.
const READER_CACHE: i64 = -4_096;
/// Bytes that the log keeps on the disk after a burst.
const LOG_KEPT: i64 = 64 << 20;
/// How long to wait for locks that are held for moments only.
const BUSY: Duration = Duration::from_secs(10);
/// More statements than there are.
const STATEMENTS: usize = 512;

/// A connection to the file.
pub(crate) struct Connection {
    database: rusqlite::Connection,
    /// Rows changed so far.
    changed: u64,
}

impl Connection {
    pub(super) fn writer(path: &Path, max_pages: Option<u32>) -> rusqlite::Result<Self> {
        let connection = Self::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let set = |name, value: i64| connection.database.pragma_update(None, name, value);
        connection.database.pragma_update(None, "journal_mode", "WAL")?;
        connection.database.pragma_update(None, "synchronous", "FULL")?;
        // What is deleted is overwritten in pages that are written anyway.
        connection.database.pragma_update(None, "secure_delete", "FAST")?;
        set("cache_size", WRITER_CACHE)?;
        set("journal_size_limit", LOG_KEPT)?;
        // The checkpointer does it.
        set("wal_autocheckpoint", 0)?;
        if let Some(pages) = max_pages {
            set("max_page_count", pages.into())?;
        }
        Ok(connection)
    }

    pub(super) fn reader(path: &Path) -> rusqlite::Result<Self> {
        let connection = Self::open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.database.pragma_update(None, "cache_size", READER_CACHE)?;
        Ok(connection)
    }

    fn open(path: &Path, mode: OpenFlags) -> rusqlite::Result<Self> {
        let database = rusqlite::Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        database.busy_timeout(BUSY)?;
        database.set_prepared_statement_cache_capacity(STATEMENTS);
        // A statement is planned once, not again for each value that is bound to it.
        database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        database.pragma_update(None, "foreign_keys", false)?;
        database.pragma_update(None, "temp_store", "MEMORY")?;
        Ok(Self { database, changed: 0 })
    }

    /// Several statements without arguments or answers.
    pub(super) fn run_all(&mut self, statements: &str) -> rusqlite::Result<()> {
        self.database.execute_batch(statements)
    }

    pub(crate) fn run(&mut self, statement: Statement<'_>) -> Done<Answer> {
        let (text, values) = statement.parts()?;
        let answer = self.try_run(text, &values).map_err(failure)?;
        self.changed += answer.changes;
        Ok(answer)
    }

    fn try_run(&self, text: &'static str, values: &[Value<'_>]) -> rusqlite::Result<Answer> {
        let mut prepared = self.database.prepare_cached(text)?;
        check_placeholders(&prepared, values.len())?;
        for (place, value) in (1..).zip(values) {
            prepared.raw_bind_parameter(place, value)?;
        }
        let columns = prepared.column_count();
        if columns == 0 {
            let changes = prepared.raw_execute()?;
            return Ok(Answer { rows: Vec::new(), changes: changes as u64 });
        }
        let looks = prepared.readonly();
        let mut rows = Vec::new();
        let mut steps = prepared.raw_query();
        while let Some(row) = steps.next()? {
            rows.push((0..columns).map(|column| row.get_ref(column).map(read)).collect::<rusqlite::Result<Row>>()?);
        }
        let changes = if looks { 0 } else { rows.len() as u64 };
        Ok(Answer { rows, changes })
    }

    /// Statements never wait here, so that an operation is over when it is looked at once.
    pub(super) fn perform<O: Operation>(&mut self, operation: &O) -> Done<O::Output> {
        let waits = || Err(Failure::Failed("it waits for something other than a statement".to_owned()));
        operation.run(&mut Unit::Sqlite(self)).now_or_never().unwrap_or_else(waits)
    }

    /// What changes how transactions stand: begins, ends, takes back.
    pub(super) fn mark(&mut self, statement: &'static str) -> Done<()> {
        self.run(Statement::of(statement)).map(|_| ())
    }

    /// Whether pages that come free are cleared as well, which has to write them.
    pub(crate) fn overwrite(&mut self, on: bool) -> Done<()> {
        let pragma = if on { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = FAST" };
        self.run(Statement::of(pragma)).map(|_| ())
    }

    /// The form of the database: how many migrations it has seen.
    pub(super) fn version(&self) -> rusqlite::Result<u32> {
        self.database.pragma_query_value(None, "user_version", |row| row.get(0))
    }

    /// How long the log is, and how much of it is in the database.
    pub(super) fn log(&mut self) -> Done<Log> {
        self.ask_log("PRAGMA wal_checkpoint(NOOP)")
    }

    /// Moves what can be moved of the log without waiting for anybody.
    pub(super) fn checkpoint(&mut self) -> Done<Log> {
        self.ask_log("PRAGMA wal_checkpoint(PASSIVE)")
    }

    fn ask_log(&mut self, pragma: &'static str) -> Done<Log> {
        let answer = self.run(Statement::of(pragma))?;
        let mut fields = answer.first().ok_or_else(|| Failure::Failed("there is no log".to_owned()))?;
        let _busy = fields.flag()?;
        Ok(Log { pages: fields.number()?, moved: fields.number()? })
    }

    /// Writes all of the database, as of one moment, into a new file.
    pub(super) fn copy(&mut self, to: &Path) -> rusqlite::Result<()> {
        self.database.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map(drop)
    }

    pub(super) fn close(self) -> rusqlite::Result<()> {
        self.database.close().map_err(|(_, error)| error)
    }

    /// How many rows were changed so far, whether that was taken back or not.
    pub(super) fn changed(&self) -> u64 {
        self.changed
    }

    /// Whether a transaction is open: a full disk may have ended it.
    pub(super) fn is_within(&self) -> bool {
        !self.database.is_autocommit()
    }
}

/// SQLite numbers placeholders by where they first stand.
fn check_placeholders(prepared: &CachedStatement<'_>, values: usize) -> rusqlite::Result<()> {
    let wanted = prepared.parameter_count();
    if wanted != values {
        return Err(rusqlite::Error::InvalidParameterCount(values, wanted));
    }
    debug_assert!(
        (1..=wanted).all(|place| prepared.parameter_name(place) == Some(&format!("${place}"))),
        "placeholders do not stand in order"
    );
    Ok(())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
            Self::Id(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn read(column: ValueRef<'_>) -> Value<'static> {
    match column {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        // No statement makes one.
        ValueRef::Real(number) => Value::Text(number.to_string().into()),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned().into()),
        ValueRef::Blob(bytes) => bytes.try_into().map_or_else(|_| Value::Blob(bytes.to_vec().into()), Value::Id),
    }
}

/// What an error means for whoever asked.
pub(super) fn failure(error: rusqlite::Error) -> Failure {
    let message = error.to_string();
    let rusqlite::Error::SqliteFailure(code, _) = error else { return Failure::Failed(message) };
    match code.extended_code {
        SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY => return Failure::Taken(message),
        _ => {}
    }
    match code.extended_code & 0xff {
        SQLITE_FULL => Failure::Full,
        SQLITE_IOERR | SQLITE_CORRUPT | SQLITE_NOTADB => Failure::Fatal(message),
        _ => Failure::Failed(message),
    }
}
