//! An agent has resolved a conversation.

use axum::Json;
use axum::extract::State;
use sportello_domain::conversation::Conversation;
use sportello_domain::ids::ConversationId;

use super::ByAgent;
use crate::api::input::{self, Id};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "resolveConversation",
    verb: Verb::Post,
    path: "/api/v1/conversations/{id}/resolve",
    tag: Tag::Conversations,
    summary: "An agent has resolved a conversation",
    scope: Some(Scope::ConversationsWrite),
    parameters: &[ID],
    body: Body::Json("ByAgent"),
    answers: &[Answer {
        status: 200,
        description: "It closes as soon as nothing is pending.",
        content: Content::Json("Conversation"),
    }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

pub(super) async fn handle(
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    input::Json(by): input::Json<ByAgent>,
) -> Result<Json<Conversation>, Problem> {
    let agent = input::name("agent", &by.agent)?;
    Ok(Json(app.engine.resolve(id, &agent).await?))
}
