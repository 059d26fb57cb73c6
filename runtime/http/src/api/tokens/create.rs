//! Making a token.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;

use crate::api::input;
use crate::api::token::{NewToken, Scope, make_token};
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "createToken",
    verb: Verb::Post,
    path: "/api/v1/tokens",
    tag: Tag::Tokens,
    summary: "Makes a token",
    scope: Some(Scope::TokensWrite),
    parameters: &[],
    body: Body::Json("TokenWish"),
    answers: &[Answer {
        status: 201,
        description: "The token; its secret is never shown again.",
        content: Content::Json("NewToken"),
    }],
    problems: &[],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    name: String,
    scopes: Vec<Scope>,
}

pub(super) async fn handle(
    State(app): State<App>,
    input::Json(wish): input::Json<Wish>,
) -> Result<(StatusCode, Json<NewToken>), Problem> {
    let name = input::name("name", &wish.name)?;
    if wish.scopes.is_empty() {
        let all = Scope::ALL.map(Scope::name).join(", ");
        return Err(Problem::new(Kind::Malformed, format!("a token needs a scope at least: {all}")));
    }
    let engine = &app.engine;
    let made = make_token(engine.store().as_ref(), &name, &wish.scopes, engine.now(), || engine.bits()).await?;
    tracing::info!(token = %made.record.id, name, "a token was made");
    Ok((StatusCode::CREATED, Json(made)))
}
