//! Deliveries that will not arrive by themselves.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::delivery::OutboxItem;

use crate::api::input::{Asked, Length, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listDeadLetters",
    verb: Verb::Get,
    path: "/api/v1/dead-letters",
    tag: Tag::Operations,
    summary: "Deliveries that are dead, expired or unresolved, newest first",
    scope: Some(Scope::OperationsRead),
    parameters: &[LIMIT],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The dead letters.", content: Content::Json("DeadLetters") }],
    problems: &[],
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct DeadLetters {
    dead_letters: Vec<OutboxItem>,
}

pub(super) async fn handle(State(app): State<App>, Asked(length): Asked<Length>) -> Result<Json<DeadLetters>, Problem> {
    let dead_letters = app.engine.store().dead_letters(limit(length.limit)?).await?;
    Ok(Json(DeadLetters { dead_letters }))
}
