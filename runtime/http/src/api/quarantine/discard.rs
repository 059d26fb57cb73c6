//! Giving an item up.

use axum::extract::State;
use http::StatusCode;
use sportello_domain::ids::QuarantineId;

use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "discardQuarantined",
    verb: Verb::Delete,
    path: "/api/v1/quarantine/{id}",
    tag: Tag::Operations,
    summary: "Gives an item up: what it says is lost",
    scope: Some(Scope::OperationsWrite),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 204, description: "It is gone.", content: Content::Nothing }],
    problems: &[Kind::NotFound],
};

pub(super) async fn handle(State(app): State<App>, Id(id): Id<QuarantineId>) -> Result<StatusCode, Problem> {
    let store = app.engine.store();
    if !store.quarantined(u32::MAX).await?.iter().any(|item| item.id == id) {
        return Err(Problem::not_found("item in quarantine", id));
    }
    store.release(id).await?;
    tracing::warn!(quarantine = %id, "an item in quarantine was given up");
    Ok(StatusCode::NO_CONTENT)
}
