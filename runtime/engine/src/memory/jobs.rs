//! Work on the classifier that outlasts a request.

use async_trait::async_trait;
use sportello_domain::{Instant, ids::JobId};

use super::MemoryStore;
use crate::ports::store::{Job, JobState, Jobs, KEPT_JOBS, StoreError, Stored, busy};

#[async_trait]
impl Jobs for MemoryStore {
    async fn begin_job(&self, job: Job, silent: Instant) -> Stored<()> {
        let jobs = &mut self.state().jobs;
        if let Some(running) = jobs.values_mut().find(|other| other.is_running()) {
            if running.heard_at >= silent {
                return Err(StoreError::Conflict(busy(running)));
            }
            running.state = JobState::Lost;
        }
        jobs.insert(job.id, job);
        while jobs.len() > KEPT_JOBS {
            jobs.pop_first();
        }
        Ok(())
    }

    async fn tell_job(&self, job: Job) -> Stored<()> {
        match self.state().jobs.get_mut(&job.id).filter(|kept| kept.is_running()) {
            Some(kept) => *kept = job,
            None => return Err(StoreError::NotFound { what: "running job", id: job.id.to_string() }),
        }
        Ok(())
    }

    async fn job(&self, id: JobId) -> Stored<Option<Job>> {
        Ok(self.state().jobs.get(&id).cloned())
    }

    async fn jobs(&self) -> Stored<Vec<Job>> {
        Ok(self.state().jobs.values().rev().cloned().collect())
    }
}
