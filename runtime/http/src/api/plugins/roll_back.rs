//! Taking back what is tried, or what serves.

use axum::Json;
use axum::extract::{Path, State};
use sportello_engine::{By, RolledBack};

use crate::api::guard::Caller;
use crate::api::input;
use crate::api::revisions::Why;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, NAME, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "rollBack",
    verb: Verb::Post,
    path: "/api/v1/plugins/{id}/rollback",
    tag: Tag::Plugins,
    summary: "Takes back what is tried; where nothing is, what serves, and what served before serves again",
    scope: Some(Scope::PluginsWrite),
    parameters: &[NAME],
    body: Body::Json("Why"),
    answers: &[Answer {
        status: 200,
        description: "It is taken back; its dialogues have let go of it.",
        content: Content::Json("RolledBack"),
    }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

pub(super) async fn handle(
    State(app): State<App>,
    Path(name): Path<String>,
    Caller(who): Caller,
    input::Json(Why { why }): input::Json<Why>,
) -> Result<Json<RolledBack>, Problem> {
    Ok(Json(app.registry.roll_back(&name, &By { who, why }).await?))
}
