//! What people have said.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::learning::Correction;

use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listCorrections",
    verb: Verb::Get,
    path: "/api/v1/nlu/corrections",
    tag: Tag::Nlu,
    summary: "What people have said that utterances mean, oldest first; of the same words the last counts",
    scope: Some(Scope::NluRead),
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The corrections.", content: Content::Json("Corrections") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Corrections {
    pub(super) corrections: Vec<Correction>,
}

pub(super) async fn handle(State(app): State<App>) -> Result<Json<Corrections>, Problem> {
    Ok(Json(Corrections { corrections: app.registry.corrections().await? }))
}
