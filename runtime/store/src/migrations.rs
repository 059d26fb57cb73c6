//! The forms that a database has had; each is brought to the newest by the steps after it.

use std::borrow::Cow;

use sqlx::{
    SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use crate::dialect::Connection;

/// Version, what it does, and how. A step that was released never changes.
const STEPS: [(i64, &str, &str); 1] = [(1, "begin", include_str!("../migrations/sqlite/0001_begin.sql"))];

pub(crate) async fn run(connection: &mut Connection) -> Result<(), MigrateError> {
    let steps = STEPS.map(|(version, description, sql)| {
        Migration::new(version, Cow::Borrowed(description), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.into()).run(connection).await
}
