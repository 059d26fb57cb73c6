//! The trainings and evaluations of late.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_engine::ports::store::Job;

use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listJobs",
    verb: Verb::Get,
    path: "/api/v1/nlu/jobs",
    tag: Tag::Nlu,
    summary: "The trainings and evaluations of late, newest first",
    scope: Some(Scope::NluRead),
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The jobs.", content: Content::Json("Jobs") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Jobs {
    pub(super) jobs: Vec<Job>,
}

pub(super) async fn handle(State(app): State<App>) -> Result<Json<Jobs>, Problem> {
    Ok(Json(Jobs { jobs: app.registry.jobs().await? }))
}
