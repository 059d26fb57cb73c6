//! What is held.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sportello_engine::ports::store::Held;

use crate::api::input::{Asked, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listHeld",
    verb: Verb::Get,
    path: "/api/v1/held",
    tag: Tag::Operations,
    summary: "Deliveries and schedules that were not final when a backup was made that was put back since",
    scope: Some(Scope::OperationsRead),
    parameters: &[LIMIT],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "What is held.", content: Content::Json("Held") }],
    problems: &[],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Filter {
    limit: Option<u32>,
}

pub(super) async fn handle(State(app): State<App>, Asked(filter): Asked<Filter>) -> Result<Json<Held>, Problem> {
    Ok(Json(app.engine.store().held(limit(filter.limit)?).await?))
}
