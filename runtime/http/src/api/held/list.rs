//! What is held.

use axum::Json;
use axum::extract::State;
use sportello_engine::ports::store::Held;

use crate::api::input::{Asked, Length, limit};
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

pub(super) async fn handle(State(app): State<App>, Asked(length): Asked<Length>) -> Result<Json<Held>, Problem> {
    Ok(Json(app.engine.store().held(limit(length.limit)?).await?))
}
