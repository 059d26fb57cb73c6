//! Both databases do what every store has to do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use sportello_harness::Cluster;
use sportello_store::{Settings, SqlStore};

mod sqlite {
    use super::*;

    async fn fresh() -> (SqlStore, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = SqlStore::open_file(&folder.path().join("store.db"), Settings::default()).await;
        (store.expect("a new store"), folder)
    }

    sportello_engine::conformance!(fresh());
}

mod postgres {
    use super::*;

    async fn fresh() -> (SqlStore, ()) {
        let url = Cluster::shared().and_then(Cluster::database).expect("a database");
        let store = SqlStore::open(&url, Settings { connections: 4, ..Settings::default() }).await;
        (store.expect("a new store"), ())
    }

    sportello_engine::conformance!(fresh());
}
