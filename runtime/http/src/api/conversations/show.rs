//! One conversation as it stands.

use axum::Json;
use axum::extract::State;
use sportello_engine::ports::store::Overview;

use super::found;
use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "showConversation",
    verb: Verb::Get,
    path: "/api/v1/conversations/{id}",
    tag: Tag::Conversations,
    summary: "One conversation as it stands",
    scope: Some(Scope::ConversationsRead),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The conversation.", content: Content::Json("Overview") }],
    problems: &[Kind::NotFound],
};

pub(super) async fn handle(
    State(app): State<App>,
    Id(id): Id<super::ConversationId>,
) -> Result<Json<Overview>, Problem> {
    found(&app, id).await.map(Json)
}
