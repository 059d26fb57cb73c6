//! Work on the classifier: nothing that is simulated hangs on it, so it takes no step.

use async_trait::async_trait;
use sportello_domain::{Instant, ids::JobId};
use sportello_engine::ports::store::{Job, Jobs, Stored};

use super::Faulty;

#[async_trait]
impl Jobs for Faulty {
    async fn begin_job(&self, job: Job, silent: Instant) -> Stored<()> {
        self.store.begin_job(job, silent).await
    }

    async fn tell_job(&self, job: Job) -> Stored<()> {
        self.store.tell_job(job).await
    }

    async fn job(&self, id: JobId) -> Stored<Option<Job>> {
        self.store.job(id).await
    }

    async fn jobs(&self) -> Stored<Vec<Job>> {
        self.store.jobs().await
    }
}
