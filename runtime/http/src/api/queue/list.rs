//! Who waits, and for how long.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sportello_domain::Instant;
use sportello_engine::ports::store::{ConversationFilter, Overview};

use crate::api::input::{Asked, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listQueue",
    verb: Verb::Get,
    path: "/api/v1/queue",
    tag: Tag::Conversations,
    summary: "Conversations that wait for a person: urgent ones first, then who has waited longest",
    scope: Some(Scope::ConversationsRead),
    parameters: &[
        Parameter { name: "queue", place: Place::Query, description: "Of this queue only.", shape: Shape::Text },
        LIMIT,
    ],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "Who waits.", content: Content::Json("Queue") }],
    problems: &[],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Filter {
    queue: Option<String>,
    limit: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Queue {
    now: Instant,
    waiting: Vec<Overview>,
}

pub(super) async fn handle(State(app): State<App>, Asked(filter): Asked<Filter>) -> Result<Json<Queue>, Problem> {
    let limit = limit(filter.limit)?;
    let filter = ConversationFilter { owner: Some("queue".to_owned()), queue: filter.queue, ..Default::default() };
    let waiting = app.engine.store().conversations(filter, limit).await?;
    Ok(Json(Queue { now: app.engine.now(), waiting }))
}
