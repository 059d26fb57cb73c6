//! Having a revision serve.

use axum::Json;
use axum::extract::{Path, State};
use sportello_domain::revision::{RevisionId, Rollout};
use sportello_engine::By;

use super::Why;
use crate::api::guard::Caller;
use crate::api::input;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, REVISION, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "promoteRevision",
    verb: Verb::Post,
    path: "/api/v1/revisions/{id}/promote",
    tag: Tag::Plugins,
    summary: "Has a revision serve; dialogues stay on what served before until they end",
    scope: Some(Scope::PluginsWrite),
    parameters: &[REVISION],
    body: Body::Json("Why"),
    answers: &[Answer { status: 200, description: "It serves.", content: Content::Json("Rollout") }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

pub(super) async fn handle(
    State(app): State<App>,
    Path(id): Path<RevisionId>,
    Caller(who): Caller,
    input::Json(Why { why }): input::Json<Why>,
) -> Result<Json<Rollout>, Problem> {
    Ok(Json(app.registry.promote(&id, &By { who, why }).await?))
}
