//! The forms that a database has had; each is brought to the newest by the steps after it, one node at a time (an advisory lock).

use std::borrow::Cow;

use sqlx::{
    PgPool, SqlSafeStr as _,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

/// Version, what it does, and how. A step that was released never changes.
const STEPS: [(i64, &str, &str); 12] = [
    (1, "begin", include_str!("../../migrations/postgres/0001_begin.sql")),
    (2, "revisions", include_str!("../../migrations/postgres/0002_revisions.sql")),
    (3, "recordings", include_str!("../../migrations/postgres/0003_recordings.sql")),
    (4, "trials", include_str!("../../migrations/postgres/0004_trials.sql")),
    (5, "shadows", include_str!("../../migrations/postgres/0005_shadows.sql")),
    (6, "learning", include_str!("../../migrations/postgres/0006_learning.sql")),
    (7, "retention", include_str!("../../migrations/postgres/0007_retention.sql")),
    (8, "jobs", include_str!("../../migrations/postgres/0008_jobs.sql")),
    (9, "unread", include_str!("../../migrations/postgres/0009_unread.sql")),
    (10, "signs", include_str!("../../migrations/postgres/0010_signs.sql")),
    (11, "counted", include_str!("../../migrations/postgres/0011_counted.sql")),
    (12, "erased", include_str!("../../migrations/postgres/0012_erased.sql")),
];

pub(super) async fn run(pool: &PgPool) -> Result<(), MigrateError> {
    let steps = STEPS.map(|(version, description, sql)| {
        Migration::new(version, Cow::Borrowed(description), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.into()).run(pool).await
}
