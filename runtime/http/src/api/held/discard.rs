//! An operator does away with what is held.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::{CONVERSATION, Choice};
use crate::api::input::Asked;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "discardHeld",
    verb: Verb::Delete,
    path: "/api/v1/held",
    tag: Tag::Operations,
    summary: "Does away with what is held: it never leaves",
    scope: Some(Scope::OperationsWrite),
    parameters: &[CONVERSATION],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "It is gone.", content: Content::Json("Discarded") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Discarded {
    discarded: u64,
}

pub(super) async fn handle(State(app): State<App>, Asked(choice): Asked<Choice>) -> Result<Json<Discarded>, Problem> {
    let discarded = app.engine.store().discard_held(choice.conversation).await?;
    tracing::warn!(discarded, "what was held is discarded");
    Ok(Json(Discarded { discarded }))
}
