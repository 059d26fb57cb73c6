//! Something new for a name.

use axum::Json;
use axum::extract::{Path, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use sportello_engine::{By, Push};

use crate::api::guard::Caller;
use crate::api::input;
use crate::api::revisions::View;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, NAME, Operation, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "pushRevision",
    verb: Verb::Post,
    path: "/api/v1/plugins/{id}/revisions",
    tag: Tag::Plugins,
    summary: "Enters a revision: what serves, with another component, other settings or another corpus",
    scope: Some(Scope::PluginsWrite),
    parameters: &[NAME],
    body: Body::Json("Push"),
    answers: &[Answer {
        status: 201,
        description: "It is entered; its checks go on by themselves.",
        content: Content::Json("Revision"),
    }],
    problems: &[Kind::NotFound, Kind::Conflict],
};

/// Digests are SHA-256 in hex, as the upload answers them.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Wish {
    component: Option<String>,
    settings: Option<Value>,
    corpus: Option<String>,
    #[serde(default)]
    why: String,
}

pub(super) async fn handle(
    State(app): State<App>,
    Path(name): Path<String>,
    Caller(who): Caller,
    input::Json(Wish { component, settings, corpus, why }): input::Json<Wish>,
) -> Result<(StatusCode, Json<View>), Problem> {
    let push = Push {
        name,
        component: component.as_deref().map(digest).transpose()?,
        settings: settings.map(|settings| settings.to_string()),
        corpus: corpus.as_deref().map(digest).transpose()?,
    };
    let record = app.registry.push(push, &By { who, why }).await?;
    Ok((StatusCode::CREATED, Json(record.into())))
}

pub(in crate::api) fn digest(text: &str) -> Result<[u8; 32], Problem> {
    let wrong = || Problem::new(Kind::Malformed, format!("`{text}` is no SHA-256 in hex"));
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> = pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)
}
