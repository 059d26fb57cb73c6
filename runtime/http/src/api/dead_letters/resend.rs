//! An operator sends a dead letter again.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::ids::{ConversationId, DeliveryId};

use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "resendDeadLetter",
    verb: Verb::Post,
    path: "/api/v1/dead-letters/{id}/resend",
    tag: Tag::Operations,
    summary: "Sends a dead letter again: it goes to the end of its conversation's outbox",
    scope: Some(Scope::OperationsWrite),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "It is on its way.", content: Content::Json("Resent") }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Serialize)]
pub(super) struct Resent {
    conversation: ConversationId,
}

pub(super) async fn handle(State(app): State<App>, Id(id): Id<DeliveryId>) -> Result<Json<Resent>, Problem> {
    let conversation = app.engine.resend(id).await?;
    Ok(Json(Resent { conversation }))
}
