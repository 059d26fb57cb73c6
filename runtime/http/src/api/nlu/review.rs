//! What people should look at.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::learning::Group;

use crate::api::input::{Asked, Length, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listReview",
    verb: Verb::Get,
    path: "/api/v1/nlu/review",
    tag: Tag::Nlu,
    summary: "What was not understood, or handed over: alike utterances together, the most frequent first, masked",
    scope: Some(Scope::NluRead),
    parameters: &[LIMIT],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The list.", content: Content::Json("Review") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Review {
    groups: Vec<Group>,
}

pub(super) async fn handle(State(app): State<App>, Asked(length): Asked<Length>) -> Result<Json<Review>, Problem> {
    Ok(Json(Review { groups: app.registry.review(limit(length.limit)?).await? }))
}
