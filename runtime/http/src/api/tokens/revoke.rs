//! Taking a token back.

use axum::extract::State;
use http::StatusCode;
use sportello_domain::ids::TokenId;

use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "revokeToken",
    verb: Verb::Delete,
    path: "/api/v1/tokens/{id}",
    tag: Tag::Tokens,
    summary: "Takes a token back: from then on it opens nothing",
    scope: Some(Scope::TokensWrite),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 204, description: "It is gone.", content: Content::Nothing }],
    problems: &[Kind::NotFound],
};

pub(super) async fn handle(State(app): State<App>, Id(id): Id<TokenId>) -> Result<StatusCode, Problem> {
    app.engine.store().revoke_token(id).await?;
    tracing::info!(token = %id, "a token was taken back");
    Ok(StatusCode::NO_CONTENT)
}
