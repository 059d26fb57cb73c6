//! Work on the classifier that outlasts a request: who began it, how far it is, what came of it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use sportello_domain::{Instant, evaluation::Evaluation, ids::JobId};

use super::Stored;
use crate::life::Trained;

/// A training or an evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is done.
    pub work: Work,
    /// Who began it.
    pub who: String,
    /// When.
    pub began_at: Instant,
    /// When it was last heard of, by the store's time.
    pub heard_at: Instant,
    /// How it stands.
    pub state: JobState,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Corrections are learnt.
    Training,
    /// The corpus is cross-validated.
    Evaluation,
}

/// How a job stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// It goes on.
    Running(Progress),
    /// A training is over; it may have been refused.
    Trained(Box<Trained>),
    /// An evaluation is over.
    Evaluated(Box<Evaluation>),
    /// It could not be done, in words for people.
    Failed(String),
    /// The server that worked on it has ended; what served before serves still.
    Lost,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Progress {
    /// Models that were trained and asked.
    pub done: usize,
    /// Of so many; 0 until that is known.
    pub of: usize,
    /// Whether what was learnt is about to serve.
    pub serving: bool,
}

impl Job {
    /// Whether it still goes on, as far as is known.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.state, JobState::Running(_))
    }
}

/// Jobs: one runs at a time, whatever node works on it.
#[async_trait]
pub trait Jobs: Send + Sync {
    /// Enters a job that runs. One that runs already and was last heard of before `silent` is told as lost, and makes way; so do
    /// the oldest of those that have ended.
    ///
    /// # Errors
    /// `Conflict` where another one runs.
    async fn begin_job(&self, job: Job, silent: Instant) -> Stored<()>;

    /// Keeps how a job stands that runs.
    ///
    /// # Errors
    /// `NotFound` where it does not run any more: another one has taken its place.
    async fn tell_job(&self, job: Job) -> Stored<()>;

    /// A job.
    async fn job(&self, id: JobId) -> Stored<Option<Job>>;

    /// All that are kept, newest first.
    async fn jobs(&self) -> Stored<Vec<Job>>;
}

/// So many jobs are kept.
pub const KEPT_JOBS: usize = 50;

/// Why a job is not begun, for people.
#[must_use]
pub fn busy(running: &Job) -> String {
    let what = match running.work {
        Work::Training => "a training",
        Work::Evaluation => "an evaluation",
    };
    let Job { id, who, .. } = running;
    format!("{what} runs already, begun by {who}: `sportello nlu job {id}` tells how far it is")
}
