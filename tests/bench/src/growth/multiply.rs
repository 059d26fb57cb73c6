//! Makes a store large: what a real load left in it is copied over and over, each time with other ids, other customers and
//! earlier times, so that all tables and indexes grow as they would have. The oldest copy goes first.
//!
//! Knows columns by their names and types only, so that it keeps working while tables come and go.

use std::path::Path;

use anyhow::Context as _;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

/// Tables that do not grow with messages: what operators do, how the program runs, and what people taught it.
const FIXED: [&str; 15] = [
    "installation",
    "clock",
    "channel",
    "token",
    "node",
    "component",
    "artefact",
    "revision",
    "revision_change",
    "rollout",
    "audit",
    "trial",
    "shadow",
    "unread",
    "correction",
];
/// Milliseconds over which the copies are spread: within what every table keeps.
const SPAN: u64 = 28 * 24 * 60 * 60 * 1_000;
/// Turns that the program keeps of its journal: it would sweep away what is older while it is measured.
const JOURNAL: u64 = 1_000_000;
/// A conversation that is older than this is closed.
const IDLE: u64 = 24 * 60 * 60 * 1_000;

/// What a store holds after it has grown.
#[derive(Clone, Copy)]
pub(super) struct Grown {
    /// Lines of all conversations, of customers and of the bot.
    pub(super) messages: u64,
    /// Size of its file.
    pub(super) bytes: u64,
    /// Customers, numbered from the first one of the load that was copied.
    pub(super) customers: u64,
}

/// Copies until the store holds so many messages. No other process may have it open; `customers` made the load.
pub(super) fn multiply(file: &Path, customers: u64, messages: u64) -> anyhow::Result<Grown> {
    let connection = Connection::open(file).with_context(|| format!("opening {}", file.display()))?;
    // Nothing here has to survive a crash.
    connection.execute_batch(
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; ATTACH ':memory:' AS original",
    )?;
    let count = || connection.query_one("SELECT COUNT(*) FROM line", [], |row| row.get::<_, u64>(0));
    let original = count()?;
    anyhow::ensure!(original > 0, "{} holds no message to be copied", file.display());
    let copies = messages.saturating_sub(original).div_ceil(original);
    let step = SPAN / copies.max(1);
    define(&connection, customers, step)?;
    let statements = tables(&connection)?
        .iter()
        .map(|table| {
            connection.execute_batch(&format!("CREATE TABLE original.{table} AS SELECT * FROM main.{table}"))?;
            Ok((copying(&connection, table)?, most_copies(&connection, table)?))
        })
        .collect::<anyhow::Result<Vec<(String, u64)>>>()?;
    let endpoints: u64 = connection.query_one("SELECT MAX(id) FROM original.endpoint", [], |row| row.get(0))?;
    for copy in (1..=copies).rev() {
        connection.execute_batch("BEGIN")?;
        for (statement, _) in statements.iter().filter(|(_, most)| copy <= *most) {
            let closed = copy * step > IDLE;
            connection.prepare_cached(statement)?.execute((copy, copy * step, copy * endpoints, closed))?;
        }
        connection.execute_batch("COMMIT")?;
    }
    let messages = count()?;
    connection.close().map_err(|(_, error)| error)?;
    let written = std::fs::File::open(file)?;
    // What the system has yet to write would be written while others are measured.
    written.sync_all()?;
    Ok(Grown { messages, bytes: written.metadata()?.len(), customers: (copies + 1) * customers })
}

fn tables(connection: &Connection) -> anyhow::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         AND name NOT LIKE '\\_%' ESCAPE '\\'",
    )?;
    let names = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    Ok(names.into_iter().filter(|name| !FIXED.contains(&name.as_str())).collect())
}

fn most_copies(connection: &Connection, table: &str) -> anyhow::Result<u64> {
    if table != "turn" {
        return Ok(u64::MAX);
    }
    let turns: u64 = connection.query_one("SELECT COUNT(*) FROM original.turn", [], |row| row.get(0))?;
    Ok((JOURNAL / turns.max(1)).saturating_sub(1))
}

/// The statement that makes one copy of a table. Its parameters: the number of the copy, by how many milliseconds it is
/// older, what is added to numbers of endpoints, and whether its conversations are closed.
fn copying(connection: &Connection, table: &str) -> anyhow::Result<String> {
    let mut statement = connection.prepare("SELECT name, type FROM pragma_table_info(?)")?;
    let columns = statement
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(String, String)>, _>>()?;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<String> = columns.iter().map(|(name, kind)| value(table, name, kind)).collect();
    // All four parameters stand in every statement, so that all are bound alike.
    Ok(format!(
        "INSERT INTO main.{table} ({}) SELECT {} FROM original.{table} WHERE ?1 + ?2 + ?3 + ?4 > 0",
        names.join(", "),
        values.join(", ")
    ))
}

fn value(table: &str, name: &str, kind: &str) -> String {
    match (kind, name) {
        ("INTEGER", "id") if table == "endpoint" => format!("{name} + ?3"),
        ("INTEGER", "endpoint") => format!("{name} + ?3"),
        // Drawn in the order of time, so that what is older comes before.
        ("INTEGER", "id") => format!("{name} - ?1 * (SELECT MAX(id) FROM original.{table})"),
        ("INTEGER", _) if name == "at" || name.ends_with("_at") || name == "waiting_since" => {
            format!("CASE WHEN {name} > 0 THEN {name} - ?2 ELSE {name} END")
        }
        ("BLOB", "data") => name.to_owned(),
        ("BLOB", "key" | "fingerprint") => format!("scattered({name}, ?1)"),
        ("BLOB", _) => format!("earlier({name}, ?1)"),
        ("TEXT", "address" | "platform_id") => format!("another({name}, ?1)"),
        ("TEXT", "stage") => format!("CASE WHEN ?4 THEN 'closed' ELSE {name} END"),
        _ => name.to_owned(),
    }
}

/// What the copies are made with: `earlier` for ids that sort by time, `scattered` for digests, and `another` for what
/// platforms name.
fn define(connection: &Connection, customers: u64, step: u64) -> anyhow::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("earlier", 2, flags, move |context| {
        let copy: u64 = context.get(1)?;
        Ok(bytes(context.get_raw(0)).map(|id| earlier(id, copy, step)))
    })?;
    connection.create_scalar_function("scattered", 2, flags, |context| {
        let copy: u64 = context.get(1)?;
        Ok(bytes(context.get_raw(0)).map(|key| scattered(key, copy)))
    })?;
    connection.create_scalar_function("another", 2, flags, move |context| {
        let (name, copy): (Option<String>, u64) = (context.get(0)?, context.get(1)?);
        Ok(name.map(|name| another(&name, copy, customers)))
    })?;
    Ok(())
}

fn bytes(value: ValueRef<'_>) -> Option<&[u8]> {
    value.as_blob().ok()
}

/// A UUID of version 7 begins with its time in milliseconds; the rest only has to be another one for each copy.
fn earlier(id: &[u8], copy: u64, step: u64) -> Vec<u8> {
    let mut moved = scattered(id, copy);
    if let (Some(time), Some(original)) = (moved.get_mut(..6), id.get(..6)) {
        let milliseconds = original.iter().fold(0, |all, byte| all << 8 | u64::from(*byte));
        time.copy_from_slice(&milliseconds.saturating_sub(copy * step).to_be_bytes()[2..]);
    }
    moved
}

fn scattered(key: &[u8], copy: u64) -> Vec<u8> {
    // The finaliser of SplitMix64.
    let mut mask = copy.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mask = (mask ^ (mask >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mask = (mask ^ (mask >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let mask = (mask ^ (mask >> 31)).to_be_bytes();
    key.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// Telephone numbers count on, other names get an end of their own.
fn another(name: &str, copy: u64, customers: u64) -> String {
    match name.parse::<u64>() {
        _ if name.is_empty() => String::new(),
        Ok(number) => (number + copy * customers).to_string(),
        Err(_) => format!("{name}.{copy}"),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{another, earlier, most_copies, multiply};

    #[test]
    fn a_copy_is_older_and_of_another_customer() {
        assert_eq!(another("41790000007", 2, 1_000), "41790002007");
        assert_eq!(another("wamid.7", 2, 1_000), "wamid.7.2");
        assert_eq!(another("", 2, 1_000), "");
        let id = [0, 0, 0, 0, 4, 0, 0x70, 1, 0x80, 2, 3, 4, 5, 6, 7, 8];
        let (first, second) = (earlier(&id, 1, 24), earlier(&id, 2, 24));
        assert_eq!(first[..6], [0, 0, 0, 0, 3, 232]);
        assert!(second < first && first[6..] != id[6..] && second[6..] != first[6..]);
    }

    #[test]
    fn of_the_journal_there_is_as_much_as_is_kept() {
        let connection = Connection::open_in_memory().unwrap();
        let turns = "ATTACH ':memory:' AS original; CREATE TABLE original.turn (id INTEGER PRIMARY KEY);
            WITH RECURSIVE place (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM place WHERE id < 300000)
            INSERT INTO original.turn SELECT id FROM place";
        connection.execute_batch(turns).unwrap();
        assert_eq!(most_copies(&connection, "turn").unwrap(), 2, "with the original 900,000");
        assert_eq!(most_copies(&connection, "line").unwrap(), u64::MAX);
    }

    #[test]
    fn a_store_grows_in_all_its_tables_until_it_holds_so_many_messages() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("small.db");
        let connection = Connection::open(&file).unwrap();
        let tables = "CREATE TABLE endpoint (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE);
            CREATE TABLE conversation (id BLOB PRIMARY KEY, endpoint INTEGER NOT NULL UNIQUE, stage TEXT NOT NULL, active_at INTEGER);
            CREATE TABLE line (conversation BLOB, position INTEGER, PRIMARY KEY (conversation, position));
            CREATE TABLE seen (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, at INTEGER NOT NULL);
            CREATE TABLE installation (name TEXT PRIMARY KEY);
            INSERT INTO endpoint VALUES (1, '41790000000'), (2, '41790000001');
            INSERT INTO conversation VALUES (x'0190000000007000', 1, 'open', 100), (x'0190000000007001', 2, 'open', 200);
            INSERT INTO line SELECT id, 1 FROM conversation;
            INSERT INTO seen VALUES (1, x'01', 4000000000000), (2, x'02', 4000000000001);
            INSERT INTO installation VALUES ('key');";
        connection.execute_batch(tables).unwrap();
        drop(connection);
        let grown = multiply(&file, 2, 9).unwrap();
        assert_eq!((grown.messages, grown.customers), (10, 10));
        let connection = Connection::open(&file).unwrap();
        let of = |sql: &str| connection.query_one(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(
            of(
                "SELECT COUNT(*) FROM conversation c JOIN line l ON l.conversation = c.id JOIN endpoint e ON e.id = c.endpoint"
            ),
            10
        );
        assert_eq!(of("SELECT COUNT(*) FROM conversation WHERE stage = 'open'"), 2, "copies are days old, and closed");
        assert_eq!(of("SELECT MAX(CAST(address AS INTEGER)) FROM endpoint"), 41_790_000_009);
        assert_eq!(of("SELECT COUNT(*) FROM seen a JOIN seen b ON b.id > a.id AND b.at < a.at"), 0, "ids follow time");
        assert_eq!(of("SELECT COUNT(*) FROM seen"), 10);
        assert_eq!(of("SELECT COUNT(*) FROM installation"), 1);
    }
}
