//! Somebody says what utterances mean.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use sportello_domain::ids::TurnId;
use sportello_domain::learning::Label;
use sportello_engine::By;

use super::corrections::Corrections;
use crate::api::guard::Caller;
use crate::api::input::{self, name};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "correctUtterances",
    verb: Verb::Post,
    path: "/api/v1/nlu/corrections",
    tag: Tag::Nlu,
    summary: "Says what utterances mean: an intent, nothing that the bot should know, or nothing to learn from",
    scope: Some(Scope::NluWrite),
    parameters: &[],
    body: Body::Json("CorrectionWish"),
    answers: &[Answer {
        status: 201,
        description: "One correction for each text; the utterances are off the list.",
        content: Content::Json("Corrections"),
    }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    utterances: Vec<TurnId>,
    label: Label,
    /// It is an intent that the classifier does not know yet.
    #[serde(default)]
    new: bool,
}

pub(super) async fn handle(
    State(app): State<App>,
    Caller(who): Caller,
    input::Json(Wish { utterances, label, new }): input::Json<Wish>,
) -> Result<(StatusCode, Json<Corrections>), Problem> {
    if utterances.is_empty() {
        return Err(Problem::new(Kind::Malformed, "`utterances` has to name one at least"));
    }
    let label = match label {
        Label::Intent(intent) => Label::Intent(name("intent", &intent)?),
        label => label,
    };
    let corrections = app.registry.correct(&utterances, &label, new, &By::new(&who, "")).await?;
    Ok((StatusCode::CREATED, Json(Corrections { corrections })))
}
