//! Reading an item again, once its plugin is mended.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::ids::QuarantineId;
use sportello_engine::Rerun;

use crate::api::input::Id;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "runQuarantined",
    verb: Verb::Post,
    path: "/api/v1/quarantine/{id}/run",
    tag: Tag::Operations,
    summary: "Reads an item again with the plugin as it is now",
    scope: Some(Scope::OperationsWrite),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "What came of it.", content: Content::Json("Rerun") }],
    problems: &[Kind::NotFound],
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// It is out of quarantine, with so many events.
    Taken { events: usize },
    /// It stays.
    Stays { reason: String },
}

pub(super) async fn handle(State(app): State<App>, Id(id): Id<QuarantineId>) -> Result<Json<Outcome>, Problem> {
    Ok(Json(match app.engine.rerun(id).await? {
        Rerun::Taken(events) => Outcome::Taken { events },
        Rerun::Stays(reason) => Outcome::Stays { reason },
    }))
}
