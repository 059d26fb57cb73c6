//! Running a revision on what was recorded, without side effects.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use sportello_domain::replay::Bar;
use sportello_domain::revision::RevisionId;
use sportello_engine::Rehearsal;

use crate::api::input;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, REVISION, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "replayRevision",
    verb: Verb::Post,
    path: "/api/v1/revisions/{id}/replay",
    tag: Tag::Plugins,
    summary: "Runs a revision on the last recorded calls of its name, and shows how its answers differ",
    // It shows what customers wrote.
    scope: Some(Scope::PluginsWrite),
    parameters: &[REVISION],
    body: Body::Json("ReplayWish"),
    answers: &[Answer { status: 200, description: "What came of it.", content: Content::Json("Rehearsal") }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    last: Option<u32>,
    #[serde(default)]
    require: String,
    /// Not kept: a replay changes nothing.
    #[serde(default, rename = "why")]
    _why: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    Path(id): Path<RevisionId>,
    input::Json(Wish { last, require, .. }): input::Json<Wish>,
) -> Result<Json<Rehearsal>, Problem> {
    let bar = match require.as_str() {
        "" => Bar::default(),
        text => text.parse().map_err(|error| Problem::new(Kind::Malformed, format!("`require`: {error}")))?,
    };
    let calls = input::limit(last)? as usize;
    Ok(Json(app.registry.rehearse(&id, calls, &bar).await?))
}
