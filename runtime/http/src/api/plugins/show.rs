//! All that is known of a name: what serves it, what is tried, all its revisions, and what was done to them.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sportello_domain::revision::Rollout;
use sportello_engine::Judged;
use sportello_engine::ports::store::AuditEntry;

use crate::api::revisions::View;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, NAME, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

/// Entries of the audit log that are shown.
const ENTRIES: u32 = 50;

pub(super) const OPERATION: Operation = Operation {
    id: "showPlugin",
    verb: Verb::Get,
    path: "/api/v1/plugins/{id}",
    tag: Tag::Plugins,
    summary: "What serves a name, what is tried, all its revisions, and what was last done to them",
    scope: Some(Scope::PluginsRead),
    parameters: &[NAME],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "What is known.", content: Content::Json("PluginOverview") }],
    problems: &[Kind::NotFound],
};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Overview {
    rollout: Rollout,
    /// What the guard thinks of what is tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    judged: Option<Judged>,
    /// Newest first.
    revisions: Vec<View>,
    /// Newest first.
    audit: Vec<AuditEntry>,
}

pub(super) async fn handle(State(app): State<App>, Path(name): Path<String>) -> Result<Json<Overview>, Problem> {
    let (rollout, revisions) = app.registry.overview(&name).await?;
    let audit = app.engine.store().audit(Some(&name), ENTRIES).await?;
    let judged = app.registry.judged(&rollout).await?;
    Ok(Json(Overview { rollout, judged, revisions: revisions.into_iter().map(View::from).collect(), audit }))
}
