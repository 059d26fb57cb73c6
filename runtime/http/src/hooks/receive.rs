//! A platform calls. It gets its answer only after everything in the call is durable.

use axum::extract::{RawPathParams, Request, State};
use axum::response::Response;

use super::{response, webhook};
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::{Kind, Problem};
use crate::{body, live};

pub(crate) const OPERATION: Operation = Operation {
    id: "receiveWebhook",
    verb: Verb::Any,
    path: "/hooks/{channel}",
    tag: Tag::Webhooks,
    summary: "Hands a webhook to the plugin of a channel",
    scope: None,
    parameters: &[CHANNEL, LAST_EVENT_ID, LAST_EVENT_ID_IN_QUERY],
    body: Body::Raw,
    answers: ANSWERS,
    problems: PROBLEMS,
};

pub(crate) const BELOW: Operation = Operation {
    id: "receiveWebhookBelow",
    verb: Verb::Any,
    path: "/hooks/{channel}/{*rest}",
    tag: Tag::Webhooks,
    summary: "Hands a webhook to the plugin of a channel, which knows the rest of the path",
    scope: None,
    parameters: &[CHANNEL, REST, LAST_EVENT_ID, LAST_EVENT_ID_IN_QUERY],
    body: Body::Raw,
    answers: ANSWERS,
    problems: PROBLEMS,
};

const CHANNEL: Parameter = Parameter {
    name: "channel",
    place: Place::Path,
    description: "The channel's name in the configuration.",
    shape: Shape::Text,
};

const REST: Parameter = Parameter {
    name: "rest",
    place: Place::Path,
    description: "What stands below the hook; slashes included.",
    shape: Shape::Text,
};

const LAST_EVENT_ID: Parameter = Parameter {
    name: "last-event-id",
    place: Place::Header,
    description: "Of a stream: the events after this one; without it all that are kept.",
    shape: Shape::Number,
};

const LAST_EVENT_ID_IN_QUERY: Parameter = Parameter {
    name: "last-event-id",
    place: Place::Query,
    description: "The same, for callers that cannot set headers.",
    shape: Shape::Number,
};

const ANSWERS: &[Answer] = &[Answer {
    status: 200,
    description: "Everything in the webhook is durable. Headers and body are what the plugin says; where it opens a \
                  stream, this is one of server-sent events that stays open.",
    content: Content::Text("*/*"),
}];

const PROBLEMS: &[Kind] =
    &[Kind::Malformed, Kind::Unsigned, Kind::NotFound, Kind::TooLarge, Kind::Internal, Kind::Unavailable];

pub(crate) async fn handle(
    State(app): State<App>,
    params: RawPathParams,
    request: Request,
) -> Result<Response, Problem> {
    let channel = params.iter().find(|(name, _)| *name == "channel").map(|(_, value)| value.to_owned());
    let channel = channel.unwrap_or_default();
    let (parts, body) = request.into_parts();
    let body = body::read(body, app.config.webhook_body, "a webhook").await?;
    let webhook = webhook::of(&parts, body, &app.config.public_url);
    let received = app.engine.receive(&channel, webhook).await?;
    let response = response::of(&channel, received.response)?;
    match received.stream {
        Some(address) => live::open(&app, &parts, response, &address),
        None => Ok(response),
    }
}
