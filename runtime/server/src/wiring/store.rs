//! The store that a configuration names.

use sportello_store::{OpenError, Settings, SqlStore};

use crate::config::{Place, StoreSection};

/// Opens it, or makes it.
///
/// # Errors
/// As [`SqlStore::open`].
pub(crate) async fn open(store: &StoreSection) -> Result<SqlStore, OpenError> {
    match &store.place {
        Place::File(file) => SqlStore::open_file(file, Settings::default()).await,
        Place::Server(url) => SqlStore::open(url, Settings::default()).await,
    }
}
