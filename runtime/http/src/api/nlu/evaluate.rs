//! How well the classifier knows a corpus: a job, because it takes longer than a request should.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sportello_engine::ports::store::Job;

use super::{BEGUN, Folds};
use crate::api::guard::Caller;
use crate::api::input;
use crate::api::plugins::digest;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Body, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

/// Each example is asked about by a model that knows four fifths of the others.
const USUAL: usize = 5;

pub(super) const OPERATION: Operation = Operation {
    id: "evaluateClassifier",
    verb: Verb::Post,
    path: "/api/v1/nlu/evaluation",
    tag: Tag::Nlu,
    summary: "Begins to cross-validate the classifier on its corpus, or on one that was uploaded; changes nothing",
    // It takes the processors for a while.
    scope: Some(Scope::NluWrite),
    parameters: &[],
    body: Body::Json("EvaluationWish"),
    answers: &[BEGUN],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    #[serde(default)]
    folds: Folds,
    corpus: Option<String>,
}

pub(super) async fn handle(
    State(app): State<App>,
    Caller(who): Caller,
    input::Json(Wish { folds, corpus }): input::Json<Wish>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let corpus = corpus.as_deref().map(digest).transpose()?;
    Ok((StatusCode::ACCEPTED, Json(app.registry.begin_evaluation(corpus, folds.or(USUAL)?, who).await?)))
}
