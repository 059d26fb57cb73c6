//! Backups of what is in memory: the whole of it as of one moment, as `sportello backup` makes them of a file.

use super::{MemoryStore, state::State};

/// All that was kept at one moment.
#[derive(Clone, Debug)]
pub struct Backup(State);

impl MemoryStore {
    /// Makes a backup.
    #[must_use]
    pub fn back_up(&self) -> Backup {
        Backup(self.state().clone())
    }

    /// Puts a backup back, while nobody works with the store. What was not final then still leaves by itself:
    /// [`crate::ports::store::Holding::hold`] comes next (rule 21).
    pub fn put_back(&self, backup: &Backup) {
        self.state().clone_from(&backup.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::MemoryStore;
    use crate::conformance::World;
    use crate::ports::store::Desk;

    #[tokio::test]
    async fn what_was_kept_after_a_backup_is_gone_once_that_is_put_back() {
        let store = MemoryStore::new();
        let world = World::new(&store);
        let anna = world.writes("anna", "m1").await;
        let backup = store.back_up();
        let bert = world.writes("bert", "m1").await;
        store.put_back(&backup);
        assert!(store.conversation(anna).await.unwrap().is_some());
        assert!(store.conversation(bert).await.unwrap().is_none());
    }
}
