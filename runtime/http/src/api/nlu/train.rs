//! The classifier learns what people have said.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sportello_engine::{By, Trained, Training};

use super::Folds;
use crate::api::guard::Caller;
use crate::api::input;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

/// Enough to compare two models, and what a correction waits for.
const USUAL: usize = 3;

pub(super) const OPERATION: Operation = Operation {
    id: "trainClassifier",
    verb: Verb::Post,
    path: "/api/v1/nlu/training",
    tag: Tag::Nlu,
    summary: "Trains a revision with all corrections; it serves if it is not worse than the one in use",
    scope: Some(Scope::NluWrite),
    parameters: &[],
    body: Body::Json("TrainingWish"),
    answers: &[Answer {
        status: 200,
        description: "How both models compare; without `serves` the new one was refused.",
        content: Content::Json("Trained"),
    }],
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
) -> Result<Json<Trained>, Problem> {
    let training = Training { folds: folds.or(USUAL)?, force };
    Ok(Json(app.registry.train(training, &By { who, why }).await?))
}
