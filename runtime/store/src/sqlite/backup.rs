//! A copy of the whole database, as of one moment, and putting one back. A server that runs is not held up by the first; the second
//! needs the file for itself.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::{Connection, lock::Lock, migrations};
use crate::error::OpenError;

/// Writes a backup of `database` to `to`, which must not be there yet: it is either whole and on the disk, or not there.
pub(crate) fn back_up(database: &Path, to: &Path) -> Result<(), OpenError> {
    let unfinished = beside(to, ".unfinished");
    let refused = |cause| OpenError::File { path: to.to_owned(), cause };
    if to.exists() {
        return Err(refused(io::Error::new(io::ErrorKind::AlreadyExists, "it is there already: name another file")));
    }
    remove(&unfinished).map_err(refused)?;
    let broken = |cause| OpenError::Database { path: database.to_owned(), cause };
    let mut connection = Connection::reader(database).map_err(broken)?;
    connection.copy(&unfinished).map_err(broken)?;
    fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o600)).map_err(refused)?;
    keep(&unfinished, to).map_err(refused)
}

/// Puts a backup in the place of `database`; what was there is kept beside it, as `NAME.replaced`.
pub(crate) fn put_back(backup: &Path, database: &Path) -> Result<(), OpenError> {
    let found = Connection::reader(backup).and_then(|connection| connection.version());
    let found = found.map_err(|cause| OpenError::Database { path: backup.to_owned(), cause })?;
    migrations::check(found, backup)?;
    let refused = |cause| OpenError::File { path: database.to_owned(), cause };
    if let Some(folder) = database.parent() {
        fs::create_dir_all(folder).map_err(refused)?;
    }
    let _lock = Lock::take(database)?;
    let unfinished = beside(database, ".unfinished");
    copy(backup, &unfinished).map_err(refused)?;
    set_aside(database).map_err(refused)?;
    keep(&unfinished, database).map_err(refused)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut copy = File::options().create(true).truncate(true).write(true).mode(0o600).open(to)?;
    io::copy(&mut File::open(from)?, &mut copy).map(drop)
}

/// The log belongs to its database: one that is left behind would be taken for the new one's.
fn set_aside(database: &Path) -> io::Result<()> {
    if !database.exists() {
        return Ok(());
    }
    let aside = beside(database, ".replaced");
    if aside.exists() {
        let reason = format!("what was replaced before is still there: move {} away first", aside.display());
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, reason));
    }
    let log = beside(database, "-wal");
    if log.exists() {
        fs::rename(log, beside(&aside, "-wal"))?;
    }
    remove(&beside(database, "-shm"))?;
    fs::rename(database, aside)
}

/// Gives a file its name once it is on the disk, and the name with it.
fn keep(unfinished: &Path, name: &Path) -> io::Result<()> {
    File::open(unfinished)?.sync_all()?;
    fs::rename(unfinished, name)?;
    let folder = name.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
