//! How far a training or an evaluation is, and what came of it.

use axum::Json;
use axum::extract::{Path, State};
use sportello_domain::ids::JobId;
use sportello_engine::ports::store::Job;

use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "showJob",
    verb: Verb::Get,
    path: "/api/v1/nlu/jobs/{id}",
    tag: Tag::Nlu,
    summary: "How far a training or an evaluation is, and what came of it",
    scope: Some(Scope::NluRead),
    parameters: &[ID],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The job.", content: Content::Json("Job") }],
    problems: &[Kind::NotFound],
};

pub(super) async fn handle(State(app): State<App>, Path(id): Path<JobId>) -> Result<Json<Job>, Problem> {
    let job = app.registry.job(id).await?;
    Ok(Json(job.ok_or_else(|| Problem::not_found("job", id))?))
}
