//! SQLite does what every store has to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use sportello_store::{Settings, SqlStore};

async fn fresh() -> (SqlStore, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqlStore::open_file(&folder.path().join("store.db"), Settings::default()).await;
    (store.expect("a new store"), folder)
}

sportello_engine::conformance!(fresh());
