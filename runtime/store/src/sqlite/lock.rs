//! One process at a time: an exclusive lock on a file beside the database, held for life (rule 20).
//!
//! SQLite's own exclusive mode would lock out our readers as well.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::error::OpenError;

/// How long it is waited for: who was killed while it started another process holds it until that one has begun, for they share what
/// is open until then.
const PATIENCE: Duration = Duration::from_secs(3);
const GLANCE: Duration = Duration::from_millis(20);

/// Held until it is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "the lock lives as long as the open file")] File);

impl Lock {
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        let path = beside(database);
        let failed = |cause| OpenError::File { path: path.clone(), cause };
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        let until = Instant::now() + PATIENCE;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(GLANCE),
                Err(TryLockError::WouldBlock) => return Err(OpenError::InUse { path: database.to_owned() }),
                Err(TryLockError::Error(cause)) => return Err(failed(cause)),
            }
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_about_to_end_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("sportello.db");
        let held = Lock::take(&database).unwrap();
        let ends = thread::spawn(move || {
            thread::sleep(5 * GLANCE);
            drop(held);
        });
        assert!(Lock::take(&database).is_ok());
        ends.join().unwrap();
    }
}
