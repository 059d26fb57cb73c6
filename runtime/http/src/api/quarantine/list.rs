//! What waits for a plugin to be mended.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use sportello_domain::Instant;
use sportello_domain::contract::{Bytes, Event, Webhook};
use sportello_domain::ids::QuarantineId;
use sportello_engine::ports::store::{Quarantined, Quarry};

use crate::api::input::{Asked, Length, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, Operation, Tag, Verb};
use crate::problem::Problem;

pub(super) const OPERATION: Operation = Operation {
    id: "listQuarantine",
    verb: Verb::Get,
    path: "/api/v1/quarantine",
    tag: Tag::Operations,
    summary: "What arrived and could not be read or placed, oldest first",
    scope: Some(Scope::OperationsRead),
    parameters: &[LIMIT],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The items.", content: Content::Json("Quarantine") }],
    problems: &[],
};

#[derive(Serialize)]
pub(super) struct Quarantine {
    items: Vec<Item>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Item {
    id: QuarantineId,
    channel: String,
    what: What,
    reason: String,
    at: Instant,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "rare")]
enum What {
    Webhook(Call),
    Event(Event),
}

/// A webhook without its query and the values of its headers: platforms prove there who they are.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Call {
    method: String,
    url: String,
    header_names: Vec<String>,
    body: Bytes,
}

pub(super) async fn handle(State(app): State<App>, Asked(length): Asked<Length>) -> Result<Json<Quarantine>, Problem> {
    let items = app.engine.store().quarantined(limit(length.limit)?).await?;
    Ok(Json(Quarantine { items: items.into_iter().map(Item::from).collect() }))
}

impl From<Quarantined> for Item {
    fn from(Quarantined { id, channel, what, reason, at }: Quarantined) -> Self {
        let what = match what {
            Quarry::Webhook(webhook) => What::Webhook(webhook.into()),
            Quarry::Event(event) => What::Event(event),
        };
        Self { id, channel, what, reason, at }
    }
}

impl From<Webhook> for Call {
    fn from(Webhook { method, url, headers, body }: Webhook) -> Self {
        let url = url.split('?').next().unwrap_or_default().to_owned();
        Self { method, url, header_names: headers.into_iter().map(|(name, _)| name).collect(), body }
    }
}
