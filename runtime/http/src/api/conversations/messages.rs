//! The transcript of a conversation.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::ids::ConversationId;
use sportello_engine::ports::store::DeliveredLine;

use super::found;
use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "listMessages",
    verb: Verb::Get,
    path: "/api/v1/conversations/{id}/messages",
    tag: Tag::Conversations,
    summary: "The transcript: every line with what became of its delivery, oldest first, notes included",
    scope: Some(Scope::ConversationsRead),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The lines.", content: Content::Json("Messages") }],
    problems: &[Kind::NotFound],
};

#[derive(Serialize)]
pub(super) struct Messages {
    messages: Vec<DeliveredLine>,
}

pub(super) async fn handle(State(app): State<App>, Id(id): Id<ConversationId>) -> Result<Json<Messages>, Problem> {
    found(&app, id).await?;
    let messages = app.engine.store().transcript(id).await?;
    Ok(Json(Messages { messages }))
}
