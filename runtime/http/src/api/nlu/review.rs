//! What people should look at.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sportello_domain::learning::Group;

use crate::api::input::{Asked, limit};
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

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Filter {
    limit: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Review {
    groups: Vec<Group>,
}

pub(super) async fn handle(State(app): State<App>, Asked(filter): Asked<Filter>) -> Result<Json<Review>, Problem> {
    Ok(Json(Review { groups: app.registry.review(limit(filter.limit)?).await? }))
}
