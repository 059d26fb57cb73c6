//! Uploading what a revision is made of; nothing of it runs yet.

use axum::Json;
use axum::body::Body as Incoming;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;

use crate::api::token::Scope;
use crate::app::App;
use crate::body;
use crate::operation::{Answer, Body, Content, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

/// Most bytes. Components of languages that bring their interpreter along have some 20 MB.
const MOST: usize = 64 << 20;

pub(super) const OPERATION: Operation = Operation {
    id: "keepArtefact",
    verb: Verb::Post,
    path: "/api/v1/artefacts",
    tag: Tag::Plugins,
    summary: "Uploads a component or a corpus, as raw bytes of 64 MiB at most, for a push to name",
    scope: Some(Scope::PluginsWrite),
    parameters: &[],
    body: Body::Raw,
    answers: &[Answer { status: 201, description: "It is kept.", content: Content::Json("Artefact") }],
    problems: &[Kind::Malformed, Kind::TooLarge],
};

#[derive(Serialize)]
pub(super) struct Artefact {
    digest: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    incoming: Incoming,
) -> Result<(StatusCode, Json<Artefact>), Problem> {
    let bytes = body::read(incoming, MOST, "an artefact").await?;
    let digest = app.registry.keep(bytes.into()).await?;
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((StatusCode::CREATED, Json(Artefact { digest })))
}
