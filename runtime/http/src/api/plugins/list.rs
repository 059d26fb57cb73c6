//! Which revisions serve.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::revision::{Candidate, Grants, PluginKind, Revision, RevisionId};

use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};

pub(super) const OPERATION: Operation = Operation {
    id: "listPlugins",
    verb: Verb::Get,
    path: "/api/v1/plugins",
    tag: Tag::Plugins,
    summary: "The revisions that serve: channels, the classifier, skills",
    scope: Some(Scope::PluginsRead),
    parameters: &[],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The revisions.", content: Content::Json("Plugins") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Plugins {
    plugins: Vec<Serving>,
}

/// A revision without its settings: what an operator wrote there by mistake stays there.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Serving {
    id: RevisionId,
    name: String,
    plugin: String,
    kind: PluginKind,
    digest: String,
    contract: String,
    grants: Grants,
    /// What is tried beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    candidate: Option<Candidate>,
}

pub(super) async fn handle(State(app): State<App>) -> Json<Plugins> {
    let catalog = app.engine.catalog();
    let serving = |revision: &Revision| {
        let trial = catalog.trials.get(&revision.name);
        Serving { candidate: trial.map(|trial| trial.candidate.clone()), ..Serving::from(revision.clone()) }
    };
    Json(Plugins { plugins: catalog.revisions().map(serving).collect() })
}

impl From<Revision> for Serving {
    fn from(revision: Revision) -> Self {
        let Revision { id, name, plugin, kind, digest, contract, settings: _, grants, corpus: _ } = revision;
        Self { id, name, plugin, kind, digest, contract, grants, candidate: None }
    }
}
