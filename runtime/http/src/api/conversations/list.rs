//! Which conversations there are.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sportello_engine::ports::store::{ConversationFilter, Overview};

use crate::api::input::{Asked, limit};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, LIMIT, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "listConversations",
    verb: Verb::Get,
    path: "/api/v1/conversations",
    tag: Tag::Conversations,
    summary: "Conversations: those that wait first, longest first, then the others by newest activity",
    scope: Some(Scope::ConversationsRead),
    parameters: &[
        Parameter {
            name: "owner",
            place: Place::Query,
            description: "Who answers.",
            shape: Shape::OneOf(&["bot", "queue", "agent"]),
        },
        Parameter { name: "queue", place: Place::Query, description: "Waiting in this queue.", shape: Shape::Text },
        Parameter { name: "channel", place: Place::Query, description: "Of this channel.", shape: Shape::Text },
        Parameter { name: "closed", place: Place::Query, description: "Closed ones as well.", shape: Shape::Flag },
        LIMIT,
    ],
    body: Body::Nothing,
    answers: &[Answer { status: 200, description: "The conversations.", content: Content::Json("Conversations") }],
    problems: &[],
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Filter {
    owner: Option<OwnerKind>,
    queue: Option<String>,
    channel: Option<String>,
    #[serde(default)]
    closed: bool,
    limit: Option<u32>,
}

/// As [`sportello_domain::conversation::Owner::kind`] names it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum OwnerKind {
    Bot,
    Queue,
    Agent,
}

#[derive(Serialize)]
pub(super) struct Conversations {
    conversations: Vec<Overview>,
}

pub(super) async fn handle(
    State(app): State<App>,
    Asked(filter): Asked<Filter>,
) -> Result<Json<Conversations>, Problem> {
    let limit = limit(filter.limit)?;
    if filter.queue.is_some() && matches!(filter.owner, Some(OwnerKind::Bot | OwnerKind::Agent)) {
        let detail = "only conversations with `owner=queue` wait in a queue: leave `owner` or `queue` out";
        return Err(Problem::new(Kind::Malformed, detail));
    }
    let owner = filter.owner.map(|owner| match owner {
        OwnerKind::Bot => "bot".to_owned(),
        OwnerKind::Queue => "queue".to_owned(),
        OwnerKind::Agent => "agent".to_owned(),
    });
    let filter = ConversationFilter { owner, queue: filter.queue, channel: filter.channel, closed: filter.closed };
    let conversations = app.engine.store().conversations(filter, limit).await?;
    Ok(Json(Conversations { conversations }))
}
