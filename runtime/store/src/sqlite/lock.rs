//! One process at a time: an exclusive lock on a file beside the database, held for life (rule 20).
//!
//! SQLite's own exclusive mode would lock out our readers as well.

use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

use crate::error::OpenError;

/// Held until it is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Lock(#[allow(dead_code, reason = "the lock lives as long as the open file")] File);

impl Lock {
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        let path = beside(database);
        let failed = |cause| OpenError::File { path: path.clone(), cause };
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: database.to_owned() }),
            Err(TryLockError::Error(cause)) => Err(failed(cause)),
        }
    }
}

fn beside(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}
