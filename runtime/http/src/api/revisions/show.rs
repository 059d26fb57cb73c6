//! One revision.

use axum::Json;
use axum::extract::{Path, State};
use sportello_domain::revision::RevisionId;

use super::View;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, REVISION, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "showRevision",
    verb: Verb::Get,
    path: "/api/v1/revisions/{id}",
    tag: Tag::Plugins,
    summary: "One revision, and where it is in its life",
    scope: Some(Scope::PluginsRead),
    parameters: &[REVISION],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The revision.", content: Content::Json("Revision") }],
    problems: &[Kind::NotFound],
};

pub(super) async fn handle(State(app): State<App>, Path(id): Path<RevisionId>) -> Result<Json<View>, Problem> {
    Ok(Json(app.registry.show(&id).await?.into()))
}
