//! `/api/v1/nlu`: what was not understood, what people say that it means, and what the classifier learns of it.

mod correct;
mod corrections;
mod evaluate;
mod job;
mod jobs;
mod review;
mod train;

use serde::Deserialize;

use crate::operation::{Answer, Content};
use crate::problem::{Kind, Problem};
use crate::routes::Routes;

/// What begins a job answers with it.
const BEGUN: Answer =
    Answer { status: 202, description: "The job: ask for it until it runs no longer.", content: Content::Json("Job") };
/// Most parts of a corpus: each costs a training.
const MOST_FOLDS: usize = 10;

/// Into how many parts a corpus is split.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(transparent)]
struct Folds(Option<usize>);

impl Folds {
    fn or(self, usual: usize) -> Result<usize, Problem> {
        match self.0.unwrap_or(usual) {
            folds @ 2..=MOST_FOLDS => Ok(folds),
            other => Err(Problem::new(Kind::Malformed, format!("`folds` is from 2 to {MOST_FOLDS}, not {other}"))),
        }
    }
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&review::OPERATION, review::handle)
        .route(&corrections::OPERATION, corrections::handle)
        .route(&correct::OPERATION, correct::handle)
        .route(&evaluate::OPERATION, evaluate::handle)
        .route(&train::OPERATION, train::handle)
        .route(&jobs::OPERATION, jobs::handle)
        .route(&job::OPERATION, job::handle)
}
