//! Trainings and evaluations outlast a request: whoever begins one is given a job to ask about.
//!
//! One runs at a time, on the node where it was begun. While it runs, the node says so every other second; of whom nothing is heard
//! for a while is taken to be dead, and the job for lost. A node that was only slow finds out before anything serves: it asks the
//! store once more whether the job is still its own.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use sportello_domain::{Instant, ids::JobId};

use super::super::{By, Registry};
use super::school::Report;
use super::train::Training;
use crate::error::EngineError;
use crate::ports::store::{Job, JobState, StoreError, Stored, Work};

/// How often a node says that it goes on.
const BEAT: Duration = Duration::from_secs(2);
/// Of whom nothing is heard for so long is dead; milliseconds.
const SILENT: Instant = 20_000;

/// A job that was entered, for the node to work on.
#[derive(Debug)]
pub(in crate::life) struct Assignment {
    job: Job,
    task: Task,
}

#[derive(Debug)]
enum Task {
    Training(Training, By),
    Evaluation { corpus: Option<[u8; 32]>, folds: usize },
}

impl Registry {
    /// Begins a training: see [`Registry::train`].
    ///
    /// # Errors
    /// As there, as far as can be told at once; another job runs.
    pub async fn begin_training(&self, training: Training, by: By) -> Result<Job, EngineError> {
        training.check(&by)?;
        self.lesson().await?;
        let who = by.who.clone();
        self.assign(Work::Training, who, Task::Training(training, by)).await
    }

    /// Begins an evaluation: see [`Registry::evaluate`].
    ///
    /// # Errors
    /// As there, as far as can be told at once; another job runs.
    pub async fn begin_evaluation(
        &self,
        corpus: Option<[u8; 32]>,
        folds: usize,
        who: String,
    ) -> Result<Job, EngineError> {
        self.classifier().await?;
        self.assign(Work::Evaluation, who, Task::Evaluation { corpus, folds }).await
    }

    async fn assign(&self, work: Work, who: String, task: Task) -> Result<Job, EngineError> {
        let (now, heard_at) = (self.clock.now(), self.time().await?);
        let id = JobId::new(now, self.entropy.bits());
        let state = JobState::Running(Report::default().progress());
        let job = Job { id, work, who, began_at: now, heard_at, state };
        self.store.begin_job(job.clone(), heard_at.saturating_sub(SILENT)).await?;
        *self.assigned.lock().unwrap_or_else(PoisonError::into_inner) = Some(Assignment { job: job.clone(), task });
        self.called.notify_one();
        Ok(job)
    }

    /// A job, and how it stands.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn job(&self, id: JobId) -> Stored<Option<Job>> {
        let time = self.time().await?;
        Ok(self.store.job(id).await?.map(|job| judged(job, time)))
    }

    /// All jobs that are kept, newest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn jobs(&self) -> Stored<Vec<Job>> {
        let time = self.time().await?;
        Ok(self.store.jobs().await?.into_iter().map(|job| judged(job, time)).collect())
    }

    /// Works on what is assigned, one after the other, for ever.
    pub(in crate::life) async fn work_on_jobs(self: &Arc<Self>) {
        loop {
            self.called.notified().await;
            let assigned = self.assigned.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(Assignment { mut job, task }) = assigned {
                *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.clone());
                if let Err(error) = self.work_on(&mut job, task).await {
                    tracing::warn!(job = %job.id, %error, "what came of a job could not be kept");
                }
                *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
            }
        }
    }

    /// Tells that the job under way is not ended: the server ends.
    pub(in crate::life) async fn abandon_job(&self) {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(job) = under_way {
            let lost = Job { state: JobState::Lost, ..job };
            if let Err(error) = self.store.tell_job(lost).await {
                tracing::warn!(%error, "that a job is lost could not be kept");
            }
        }
    }

    async fn work_on(self: &Arc<Self>, job: &mut Job, task: Task) -> Stored<()> {
        let report = Report::default();
        let mine = job.clone();
        let state = tokio::select! {
            biased;
            ended = self.carry_out(&mine, task, &report) => match ended {
                Ok(state) => state,
                Err(error) => JobState::Failed(error.to_string()),
            },
            () = self.beat(&mine, &report) => return Ok(()),
        };
        job.state = state;
        job.heard_at = self.time().await?;
        self.store.tell_job(job.clone()).await
    }

    async fn carry_out(self: &Arc<Self>, job: &Job, task: Task, report: &Report) -> Result<JobState, EngineError> {
        match task {
            Task::Evaluation { corpus, folds } => {
                let evaluation = self.evaluate(corpus, folds, report).await?;
                Ok(JobState::Evaluated(Box::new(evaluation)))
            }
            Task::Training(training, by) => {
                let compared = self.compare(training, report).await?;
                report.is_serving();
                self.tell_progress(job, report).await?;
                Ok(JobState::Trained(Box::new(self.conclude(compared, training, &by).await?)))
            }
        }
    }

    /// Says every other second that the job goes on; comes back when it is not this node's any more.
    async fn beat(&self, job: &Job, report: &Report) {
        loop {
            tokio::time::sleep(BEAT).await;
            match self.tell_progress(job, report).await {
                Ok(()) => {}
                Err(StoreError::NotFound { .. }) => {
                    tracing::warn!(job = %job.id, "a job was taken for lost, and is given up here");
                    return;
                }
                Err(error) => tracing::warn!(job = %job.id, %error, "how far a job is could not be kept"),
            }
        }
    }

    async fn tell_progress(&self, job: &Job, report: &Report) -> Stored<()> {
        let (heard_at, state) = (self.time().await?, JobState::Running(report.progress()));
        self.store.tell_job(Job { heard_at, state, ..job.clone() }).await
    }
}

/// Lost, where nothing is heard of it.
fn judged(job: Job, time: Instant) -> Job {
    let is_silent = job.heard_at < time.saturating_sub(SILENT);
    if job.is_running() && is_silent { Job { state: JobState::Lost, ..job } } else { job }
}
