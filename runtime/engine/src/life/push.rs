//! Something new for a name: another component, other settings, another corpus.

use sha2::{Digest as _, Sha256};
use sportello_domain::{
    contract::Json,
    revision::{Revision, RevisionId, RevisionState},
};

use super::{By, Registry};
use crate::error::EngineError;
use crate::ports::store::{RevisionRecord, Stored, Told};

/// What is new; whatever is left out stays as it is in what serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Push {
    /// The name that is to be served.
    pub name: String,
    /// SHA-256 of the component, which is kept already.
    pub component: Option<[u8; 32]>,
    /// All of the settings.
    pub settings: Option<Json>,
    /// SHA-256 of what a classifier learns from, which is kept already.
    pub corpus: Option<[u8; 32]>,
}

impl Registry {
    /// Keeps bytes that a push is going to name, and says how.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep(&self, bytes: Vec<u8>) -> Stored<[u8; 32]> {
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        self.store.keep_artefact(digest, bytes, self.time().await?).await?;
        Ok(digest)
    }

    /// Enters a revision of what serves, with what is new. From there on it is looked after: compiled, linked, tried on what it
    /// carries and on what was recorded. One that was rejected or taken back begins anew.
    ///
    /// # Errors
    /// Nothing of this name serves; nothing was kept under a digest.
    pub async fn push(&self, push: Push, by: &By) -> Result<RevisionRecord, EngineError> {
        let active = self.rollout(&push.name).await?.active;
        let active = active.ok_or_else(|| EngineError::NoSuchName(push.name.clone()))?;
        let mut revision = self.record(&active).await?.revision;
        for digest in [push.component, push.corpus].into_iter().flatten() {
            if self.store.artefact(digest).await?.is_none() {
                return Err(EngineError::NotNow(format!("nothing is kept as {}: upload it first", hex(&digest))));
            }
        }
        if let Some(component) = push.component {
            revision.digest = hex(&component);
        }
        if let Some(settings) = push.settings {
            revision.settings = settings;
        }
        if let Some(corpus) = push.corpus {
            revision.corpus = Some(hex(&corpus));
        }
        // Its name follows from its parts.
        let corpus = revision.corpus.clone();
        let record = self.enter(revision.with_corpus(corpus), by).await?;
        self.woken.notify_waiters();
        Ok(record)
    }

    /// The record of a revision, new or known; what ended badly begins anew.
    pub(super) async fn enter(&self, revision: Revision, by: &By) -> Stored<RevisionRecord> {
        let record = self.fresh(revision).await?;
        let audit = self.entry(&record, record.state.name(), by);
        self.store.enter_revision(record, audit).await
    }

    /// At the beginning of its life.
    pub(super) async fn fresh(&self, revision: Revision) -> Stored<RevisionRecord> {
        let now = self.clock.now();
        let (state, told) = (RevisionState::Uploaded, Told::default());
        Ok(RevisionRecord { revision, state, told, pushed_at: now, changed_at: now, since: self.time().await? })
    }

    /// Comes back with a revision once its checks are over, or it waits for somebody.
    ///
    /// # Errors
    /// Those of the store; there is no such revision.
    pub async fn show(&self, id: &RevisionId) -> Result<RevisionRecord, EngineError> {
        self.record(id).await
    }
}

pub(super) fn hex(digest: &[u8; 32]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Of a digest in hex.
pub(super) fn digest(hex: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    (hex.len() == 64).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_survives_its_text() {
        let bytes = Sha256::digest("a").into();
        assert_eq!(digest(&hex(&bytes)), Some(bytes));
        for wrong in ["", "d1g357", &"0".repeat(63), &"g".repeat(64), &"0".repeat(66)] {
            assert_eq!(digest(wrong), None, "{wrong}");
        }
    }
}
