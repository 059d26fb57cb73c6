//! How two revisions differ.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use sportello_domain::revision::RevisionId;
use sportello_engine::Difference;

use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Parameter, Place, REVISION, Shape, Tag, Verb};
use crate::problem::{Kind, Problem};

const OTHER: Parameter =
    Parameter { name: "other", place: Place::Path, description: "The other revision.", shape: Shape::Text };

pub(super) const OPERATION: Operation = Operation {
    id: "compareRevisions",
    verb: Verb::Get,
    path: "/api/v1/revisions/{id}/diff/{other}",
    tag: Tag::Plugins,
    summary: "How two revisions differ: component, contract, grants, settings, corpus",
    // It shows settings.
    scope: Some(Scope::PluginsWrite),
    parameters: &[REVISION, OTHER],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The differences.", content: Content::Json("Differences") }],
    problems: &[Kind::NotFound],
};

#[derive(Serialize)]
pub(super) struct Differences {
    differences: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    at: String,
    from: Option<Value>,
    to: Option<Value>,
}

pub(super) async fn handle(
    State(app): State<App>,
    Path((id, other)): Path<(RevisionId, RevisionId)>,
) -> Result<Json<Differences>, Problem> {
    let found = app.registry.differences(&id, &other).await?;
    let shown = |Difference { at, from, to }| Shown { at, from, to };
    Ok(Json(Differences { differences: found.into_iter().map(shown).collect() }))
}
