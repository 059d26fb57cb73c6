//! Finding somebody by what their platform calls them.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use sportello_domain::conversation::Contact;

use crate::api::input::Asked;
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "findContact",
    verb: Verb::Get,
    path: "/api/v1/contacts",
    tag: Tag::Conversations,
    summary: "Whom a channel knows by an id",
    scope: Some(Scope::ConversationsRead),
    parameters: &[
        Parameter {
            name: "channel",
            place: Place::Query,
            description: "The channel's name in the configuration; has to be there.",
            shape: Shape::Text,
        },
        Parameter {
            name: "id",
            place: Place::Query,
            description: "What its platform calls them, such as a telephone number; has to be there.",
            shape: Shape::Text,
        },
    ],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The contact.", content: Content::Json("Contact") }],
    problems: &[Kind::NotFound],
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    channel: String,
    id: String,
}

pub(super) async fn handle(State(app): State<App>, Asked(named): Asked<Named>) -> Result<Json<Contact>, Problem> {
    let found = app.engine.store().contact(&named.channel, &named.id).await?;
    found.map(Json).ok_or_else(|| Problem::not_found("contact of this channel", &named.id))
}
