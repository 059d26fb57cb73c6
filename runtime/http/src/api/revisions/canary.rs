//! Trying a revision beside what serves.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use sportello_domain::revision::{RevisionId, Rollout};
use sportello_engine::By;

use crate::api::guard::Caller;
use crate::api::input;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, REVISION, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "tryRevision",
    verb: Verb::Post,
    path: "/api/v1/revisions/{id}/canary",
    tag: Tag::Plugins,
    summary: "Gives a revision a share of the conversations; a classifier runs beside the active one, without effects",
    scope: Some(Scope::PluginsWrite),
    parameters: &[REVISION],
    body: Body::Json("Share"),
    answers: &[Answer { status: 200, description: "It is tried.", content: Content::Json("Rollout") }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Share {
    percent: u8,
    #[serde(default)]
    why: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    Path(id): Path<RevisionId>,
    Caller(who): Caller,
    input::Json(Share { percent, why }): input::Json<Share>,
) -> Result<Json<Rollout>, Problem> {
    Ok(Json(app.registry.try_out(&id, percent, &By { who, why }).await?))
}
