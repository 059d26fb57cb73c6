//! Revisions, which of them serve, and what was done to them.

mod advance;
mod artefact;
mod look;
mod shadow;
mod trial;

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    guard::Stage,
    replay::Shadowed,
    revision::{RevisionId, RevisionState, Rollout},
};
use sportello_engine::ports::store::{Advance, AuditEntry, Compared, RevisionRecord, Revisions, Stored, Uses};

pub(crate) use trial::watch;

use crate::store::SqlStore;

#[async_trait]
impl Revisions for SqlStore {
    async fn keep_artefact(&self, digest: [u8; 32], bytes: Vec<u8>, time: Instant) -> Stored<()> {
        self.write(artefact::Keep { digest, bytes, time }).await
    }

    async fn artefact(&self, digest: [u8; 32]) -> Stored<Option<Vec<u8>>> {
        self.read(artefact::Find(digest)).await
    }

    async fn enter_revision(&self, record: RevisionRecord, audit: AuditEntry) -> Stored<RevisionRecord> {
        self.write(advance::Enter { record, audit }).await
    }

    async fn revisions(&self) -> Stored<Vec<RevisionRecord>> {
        self.read(look::All).await
    }

    async fn revision(&self, id: &RevisionId) -> Stored<Option<RevisionRecord>> {
        self.read(look::One(id.clone())).await
    }

    async fn rollouts(&self) -> Stored<Vec<Rollout>> {
        self.read(look::Rollouts).await
    }

    async fn advance(&self, advance: Advance) -> Stored<()> {
        self.write(advance::Change(advance)).await
    }

    async fn revision_changes(&self) -> Stored<u64> {
        self.read(look::Changes).await
    }

    async fn revisions_changed_elsewhere(&self) {
        self.heard_of_revisions().await;
    }

    async fn audit(&self, name: Option<&str>, limit: u32) -> Stored<Vec<AuditEntry>> {
        self.read(look::Audit { name: name.map(str::to_owned), limit }).await
    }

    async fn uses(&self, revision: &RevisionId) -> Stored<Uses> {
        self.read(look::Count(revision.clone())).await
    }

    async fn trial(&self, name: &str, trial: u64, stage: u32) -> Stored<Stage> {
        self.read(trial::Count { name: name.to_owned(), trial, stage }).await
    }

    async fn keep_shadowed(&self, name: &str, trial: u64, found: Vec<Compared>, now: Instant) -> Stored<()> {
        self.write(shadow::Keep { name: name.to_owned(), trial, found, now }).await
    }

    async fn shadowed(&self, name: &str, trial: u64) -> Stored<Shadowed> {
        self.read(shadow::Find { name: name.to_owned(), trial }).await
    }

    async fn forget_revision(&self, revision: &RevisionId, state: &RevisionState, audit: AuditEntry) -> Stored<()> {
        let (revision, state) = (revision.clone(), state.clone());
        self.write(advance::Forget { revision, state, audit }).await
    }

    async fn forget_artefacts(&self, before: Instant) -> Stored<u64> {
        self.write(artefact::Forget { before }).await
    }

    async fn stranded(&self, revision: &RevisionId, memory_version: u32) -> Stored<u64> {
        self.read(look::Stranded { revision: revision.clone(), memory_version }).await
    }
}
