//! The classifier learns what people have said: a job, because it takes longer than a request should.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sportello_engine::ports::store::Job;
use sportello_engine::{By, Training};

use super::{BEGUN, Folds};
use crate::api::guard::Caller;
use crate::api::input;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Body, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

/// Two models are trained for each part, and a correction waits for them. With three parts each knows two thirds of the corpus; more
/// would be closer to the whole, but both models are asked the same, and their difference shows either way.
const USUAL: usize = 3;

pub(super) const OPERATION: Operation = Operation {
    id: "trainClassifier",
    verb: Verb::Post,
    path: "/api/v1/nlu/training",
    tag: Tag::Nlu,
    summary: "Begins to train a revision with all corrections; it serves if it is not worse than the one in use",
    scope: Some(Scope::NluWrite),
    parameters: &[],
    body: Body::Json("TrainingWish"),
    answers: &[BEGUN],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    #[serde(default)]
    folds: Folds,
    #[serde(default)]
    force: bool,
    #[serde(default)]
    why: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    Caller(who): Caller,
    input::Json(Wish { folds, force, why }): input::Json<Wish>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let training = Training { folds: folds.or(USUAL)?, force };
    Ok((StatusCode::ACCEPTED, Json(app.registry.begin_training(training, By { who, why }).await?)))
}
