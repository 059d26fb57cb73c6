//! The journal of a conversation.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::ids::ConversationId;
use sportello_engine::ports::store::TurnRecord;

use super::found;
use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "listTurns",
    verb: Verb::Get,
    path: "/api/v1/conversations/{id}/turns",
    tag: Tag::Conversations,
    summary: "The journal: what each turn understood, called, asked for and wanted done, oldest first",
    scope: Some(Scope::ConversationsRead),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The turns.", content: Content::Json("Turns") }],
    problems: &[Kind::NotFound],
};

#[derive(Serialize)]
pub(super) struct Turns {
    turns: Vec<TurnRecord>,
}

pub(super) async fn handle(State(app): State<App>, Id(id): Id<ConversationId>) -> Result<Json<Turns>, Problem> {
    found(&app, id).await?;
    let turns = app.engine.store().turns(id).await?;
    Ok(Json(Turns { turns }))
}
