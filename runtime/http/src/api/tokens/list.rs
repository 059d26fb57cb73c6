//! Which tokens there are, without what proves them.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_engine::ports::store::TokenRecord;

use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listTokens",
    verb: Verb::Get,
    path: "/api/v1/tokens",
    tag: Tag::Tokens,
    summary: "All tokens, without their secrets",
    scope: Some(Scope::TokensWrite),
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The tokens.", content: Content::Json("Tokens") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Tokens {
    tokens: Vec<TokenRecord>,
}

pub(super) async fn handle(State(app): State<App>) -> Result<Json<Tokens>, Problem> {
    let tokens = app.engine.store().tokens().await?;
    Ok(Json(Tokens { tokens }))
}
