//! Forgetting somebody.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::ids::{ContactId, QuarantineId};

use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "eraseContact",
    verb: Verb::Delete,
    path: "/api/v1/contacts/{id}",
    tag: Tag::Operations,
    summary: "Forgets a contact with all that was said, for good",
    scope: Some(Scope::OperationsWrite),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "They are forgotten.", content: Content::Json("Erased") }],
    problems: &[Kind::NotFound],
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Erased {
    conversations: usize,
    webhooks: Vec<QuarantineId>,
}

pub(super) async fn handle(State(app): State<App>, Id(id): Id<ContactId>) -> Result<Json<Erased>, Problem> {
    let erased = app.engine.erase(id).await?;
    Ok(Json(Erased { conversations: erased.conversations, webhooks: erased.webhooks }))
}
