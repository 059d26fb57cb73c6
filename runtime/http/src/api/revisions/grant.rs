//! An operator's yes to what an upgrade asks for beyond what it had.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use sportello_domain::revision::RevisionId;
use sportello_engine::By;

use super::View;
use crate::api::guard::Caller;
use crate::api::input;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, REVISION, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "grantRevision",
    verb: Verb::Post,
    path: "/api/v1/revisions/{id}/grant",
    tag: Tag::Plugins,
    summary: "Grants what a revision waits for; another revision, with these grants, goes on in its place",
    scope: Some(Scope::PluginsWrite),
    parameters: &[REVISION],
    body: Body::Json("GrantWish"),
    answers: &[Answer { status: 201, description: "The one that goes on.", content: Content::Json("Revision") }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    #[serde(default)]
    why: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    Path(id): Path<RevisionId>,
    Caller(who): Caller,
    input::Json(Wish { secrets, why }): input::Json<Wish>,
) -> Result<(StatusCode, Json<View>), Problem> {
    // A value in the place of its source would be kept for everybody to read.
    if let Some((name, _)) = secrets.iter().find(|(_, source)| !is_source(source)) {
        let detail = format!("`{name}`: write env:VARIABLE or file:PATH, never a value");
        return Err(Problem::new(Kind::Malformed, detail));
    }
    let granted = app.registry.grant(&id, secrets, &By { who, why }).await?;
    Ok((StatusCode::CREATED, Json(granted.into())))
}

fn is_source(text: &str) -> bool {
    text.starts_with("env:") || text.starts_with("file:")
}
