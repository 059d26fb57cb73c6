//! What a plugin wrote lately, on the node that is asked.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sportello_engine::LogLine;

use crate::api::input::{Asked, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, NAME, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "listPluginLogs",
    verb: Verb::Get,
    path: "/api/v1/plugins/{id}/logs",
    tag: Tag::Plugins,
    summary: "Lines that a plugin wrote lately, oldest first: the last ones, or those after a number, to read on",
    scope: Some(Scope::PluginsRead),
    parameters: &[
        NAME,
        Parameter {
            name: "after",
            place: Place::Query,
            description: "Only lines with a greater number.",
            shape: Shape::Number,
        },
        LIMIT,
    ],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The lines.", content: Content::Json("PluginLogs") }],
    problems: &[Kind::NotFound],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Which {
    after: Option<u64>,
    limit: Option<u32>,
}

#[derive(Serialize)]
pub(super) struct Logs {
    lines: Vec<LogLine>,
}

pub(super) async fn handle(
    State(app): State<App>,
    Path(name): Path<String>,
    Asked(Which { after, limit: asked }): Asked<Which>,
) -> Result<Json<Logs>, Problem> {
    let limit = limit(asked)? as usize;
    app.registry.overview(&name).await?;
    Ok(Json(Logs { lines: app.log.read(&name, after, limit) }))
}
