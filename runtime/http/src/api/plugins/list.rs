//! Which revisions serve.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::revision::{Grants, PluginKind, Revision, RevisionId};

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
}

pub(super) async fn handle(State(app): State<App>) -> Json<Plugins> {
    let plugins = app.engine.catalog().revisions().cloned().map(Serving::from).collect();
    Json(Plugins { plugins })
}

impl From<Revision> for Serving {
    fn from(revision: Revision) -> Self {
        let Revision { id, name, plugin, kind, digest, contract, settings: _, grants } = revision;
        Self { id, name, plugin, kind, digest, contract, grants }
    }
}
