//! The forms that a database has had; each is brought to the newest by the steps after it.

use std::path::Path;

use super::Connection;
use crate::error::OpenError;

/// A step that was released never changes. `user_version` counts those that were taken.
const STEPS: [&str; 12] = [
    include_str!("../../migrations/sqlite/0001_begin.sql"),
    include_str!("../../migrations/sqlite/0002_revisions.sql"),
    include_str!("../../migrations/sqlite/0003_recordings.sql"),
    include_str!("../../migrations/sqlite/0004_trials.sql"),
    include_str!("../../migrations/sqlite/0005_shadows.sql"),
    include_str!("../../migrations/sqlite/0006_learning.sql"),
    include_str!("../../migrations/sqlite/0007_retention.sql"),
    include_str!("../../migrations/sqlite/0008_jobs.sql"),
    include_str!("../../migrations/sqlite/0009_unread.sql"),
    include_str!("../../migrations/sqlite/0010_signs.sql"),
    include_str!("../../migrations/sqlite/0011_counted.sql"),
    include_str!("../../migrations/sqlite/0012_erased.sql"),
];

/// Whether a database of this form can be brought to the newest one.
pub(super) fn check(found: u32, path: &Path) -> Result<(), OpenError> {
    let known = STEPS.len() as u32;
    if found > known { Err(OpenError::Newer { path: path.to_owned(), found, known }) } else { Ok(()) }
}

pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let broken = |cause| OpenError::Database { path: path.to_owned(), cause };
    let found = connection.version().map_err(broken)?;
    check(found, path)?;
    for (taken, step) in (1..).zip(STEPS).filter(|(taken, _)| *taken > found) {
        let whole = format!("BEGIN IMMEDIATE; {step}; PRAGMA user_version = {taken}; COMMIT");
        connection.run_all(&whole).map_err(broken)?;
    }
    Ok(())
}
