//! An operator lets what is held go its way.

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
    id: "releaseHeld",
    verb: Verb::Post,
    path: "/api/v1/held/release",
    tag: Tag::Operations,
    summary: "Lets what is held go its way: customers may have had some of it before",
    scope: Some(Scope::OperationsWrite),
    parameters: &[CONVERSATION],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "It is on its way.", content: Content::Json("Released") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Released {
    conversations: usize,
}

pub(super) async fn handle(State(app): State<App>, Asked(choice): Asked<Choice>) -> Result<Json<Released>, Problem> {
    let conversations = app.engine.let_go(choice.conversation).await?;
    tracing::warn!(conversations, "what was held is released");
    Ok(Json(Released { conversations }))
}
