//! An agent gives a conversation back to the bot.

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
    id: "returnConversation",
    verb: Verb::Post,
    path: "/api/v1/conversations/{id}/return",
    tag: Tag::Conversations,
    summary: "An agent gives a conversation back to the bot",
    scope: Some(Scope::ConversationsWrite),
    parameters: &[ID],
    body: Body::Json("ByAgent"),
    answers: &[Answer { status: 200, description: "It is the bot's again.", content: Content::Json("Conversation") }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

pub(super) async fn handle(
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    input::Json(by): input::Json<ByAgent>,
) -> Result<Json<Conversation>, Problem> {
    let agent = input::name("agent", &by.agent)?;
    Ok(Json(app.engine.hand_back(id, &agent).await?))
}
