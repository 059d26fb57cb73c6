//! Revisions, witnessed. Each node reads them each second: that takes no step of its own, but a life that is over reads no
//! more.

use async_trait::async_trait;
use sportello_domain::Instant;
use sportello_domain::guard::Stage;
use sportello_domain::replay::Shadowed;
use sportello_domain::revision::{RevisionId, RevisionState, Rollout};
use sportello_engine::ports::store::{Advance, AuditEntry, Compared, RevisionRecord, Revisions, Stored, Uses};

use super::Faulty;
use crate::plan::Op;

#[async_trait]
impl Revisions for Faulty {
    async fn keep_artefact(&self, digest: [u8; 32], bytes: Vec<u8>, time: Instant) -> Stored<()> {
        self.through(Op::Life, None, self.store.keep_artefact(digest, bytes, time)).await
    }

    async fn artefact(&self, digest: [u8; 32]) -> Stored<Option<Vec<u8>>> {
        self.seat.alive().await;
        self.store.artefact(digest).await
    }

    async fn enter_revision(&self, record: RevisionRecord, audit: AuditEntry) -> Stored<RevisionRecord> {
        self.through(Op::Life, None, self.store.enter_revision(record, audit)).await
    }

    async fn revisions(&self) -> Stored<Vec<RevisionRecord>> {
        self.seat.alive().await;
        self.store.revisions().await
    }

    async fn revision(&self, id: &RevisionId) -> Stored<Option<RevisionRecord>> {
        self.seat.alive().await;
        self.store.revision(id).await
    }

    async fn rollouts(&self) -> Stored<Vec<Rollout>> {
        self.seat.alive().await;
        self.store.rollouts().await
    }

    async fn advance(&self, advance: Advance) -> Stored<()> {
        let work = async {
            self.store.advance(advance.clone()).await?;
            self.world().decided(&advance);
            Ok(())
        };
        self.through(Op::Life, None, work).await
    }

    async fn revision_changes(&self) -> Stored<u64> {
        self.seat.alive().await;
        self.store.revision_changes().await
    }

    async fn revisions_changed_elsewhere(&self) {
        self.seat.hears().await;
    }

    async fn audit(&self, name: Option<&str>, limit: u32) -> Stored<Vec<AuditEntry>> {
        self.seat.alive().await;
        self.store.audit(name, limit).await
    }

    async fn uses(&self, revision: &RevisionId) -> Stored<Uses> {
        self.seat.alive().await;
        self.store.uses(revision).await
    }

    async fn trial(&self, name: &str, trial: u64, stage: u32) -> Stored<Stage> {
        self.seat.alive().await;
        self.store.trial(name, trial, stage).await
    }

    async fn keep_shadowed(&self, name: &str, trial: u64, found: Vec<Compared>, now: Instant) -> Stored<()> {
        self.seat.alive().await;
        self.store.keep_shadowed(name, trial, found, now).await
    }

    async fn shadowed(&self, name: &str, trial: u64) -> Stored<Shadowed> {
        self.seat.alive().await;
        self.store.shadowed(name, trial).await
    }

    async fn forget_revision(&self, revision: &RevisionId, state: &RevisionState, audit: AuditEntry) -> Stored<()> {
        self.through(Op::Life, None, self.store.forget_revision(revision, state, audit)).await
    }

    async fn forget_artefacts(&self, before: Instant) -> Stored<u64> {
        self.through(Op::Life, None, self.store.forget_artefacts(before)).await
    }

    async fn stranded(&self, revision: &RevisionId, memory_version: u32) -> Stored<u64> {
        self.seat.alive().await;
        self.store.stranded(revision, memory_version).await
    }
}
